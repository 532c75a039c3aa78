# The frame of every page
product = Fairfile
skip = Skip to the content
nav-label = This node
nav-catalog = What is kept
nav-purposes = Who may look
nav-rights = Your rights
nav-members = Members
nav-verify = Check a proof
nav-learn = Learn
theme-label = Colours
theme-system = As the device
theme-light = Light
theme-dark = Dark
theme-save = Use
help-link = Help
foot-label = About this node
foot-rights = Law and rights
foot-accessibility = Accessibility
foot-privacy = Privacy
foot-status = Status
foot-interface = For programs
foot-licence = Free software under the EUPL 1.2. Whoever changes it and offers it over a network shows the change.
back = Back
title-of = { $page } – { $product }

# Shared words
error-title = Error: { $page }
version-since = Version { $version }, in force since { $day }
version-from = Version { $version }, in force from { $day }
law-cited = { $title }, { $article }
law-version-of = version of { $day }
colon = :
period-day = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
period-business-day = { $count ->
    [one] { $count } working day
   *[other] { $count } working days
}
period-month = { $count ->
    [one] { $count } month
   *[other] { $count } months
}
period-year = { $count ->
    [one] { $count } year
   *[other] { $count } years
}

# Home
home-title = A file that is fair to the person it is about
home-lead = Public bodies lawfully keep some records about people: licences, decisions, court orders, commendations. Here each record has a law behind it, an end date and a way to contest it.
home-kept = What is kept?
home-kept-text = { $count ->
    [one] One kind of record. Nothing can be kept that the catalog does not name.
   *[other] { $count } kinds of record. Nothing can be kept that the catalog does not name.
}
home-kept-link = See the catalog
home-look = Who may look?
home-look-text = An officer of a member, for one person, in one case, for a purpose that a law names. Every look is written down first. The person sees it, a refused one too.
home-look-link = See the purposes
home-own = Is there a file about me?
home-own-text = Your whole file is yours to read, free of charge, as often as you like. Nobody else can list it or search it.
home-own-link = What you can ask for
home-members = Who takes part?
home-members-text = { $count ->
    [one] One member writes records or asks for them. It is listed with its duties.
   *[other] { $count } members write records or ask for them. Each is listed with its duties.
}
home-members-link = See the members
home-check = Can this be checked?
home-check-text = You need not take our word. A signed journal of { $entries } entries covers every write and every look. Anybody can check it.
home-check-link = Check a receipt or a copy
home-refused = What Fairfile refuses
home-refused-lead = None of this is a setting. It is not built, and no operator can switch it on.
home-refused-1 = No number, rank or class that sums a person up.
home-refused-2 = No list of people, no published names, no search but by one person's own number.
home-refused-3 = No consequence is carried from one sector of life into another.
home-refused-4 = No biometrics, health, religion, politics, speech or online behaviour.
home-refused-5 = No tips from the public about anybody.

# Rights
rights-title = What are your rights?
rights-lead = These hold for everybody who is on file, without a reason and without a fee.
rights-read = Read everything
rights-read-text = You see every record about you, with its law, its source and its last day. You also see what has ended.
rights-looks = See who looked
rights-looks-text = Every look stands in your file: who, why, in which case, and what was shown. Refused looks stand there too.
rights-copy = Take it away
rights-copy-text = Your file can be saved as signed data. Anybody can check the copy without asking this node.
rights-end = It ends
rights-end-text = Each record has a last day. From the next second on nobody but you is shown it. Later its key is destroyed, and nobody can read it any more.
rights-adverse = Be told before others
rights-adverse-text = A decision against you is shown to others only after a waiting time. If it was never served on you, it is attached to nobody.
rights-correct = Have it put right
rights-correct-text = The source of a record can correct or withdraw it. Whoever was shown the error is told, must confirm it, and is asked again until it does. You see who was told and who has confirmed.
rights-object = Object
rights-object-text = This version takes no objections yet. Until it does, turn to the source that the record names; its law says to whom you can appeal.
rights-never = What nobody may do
rights-never-text = Nobody may sum you up in a number, put you on a list, or use a record in another sector of life.

# Catalog
catalog-title = What is kept?
catalog-lead = Each kind of record is an item with a law, a source and an end. A record of any other kind is refused.
catalog-item = Item
catalog-law = Law
catalog-source = Written by
catalog-shown = Shown to others
catalog-changes-link = All versions, by date
catalog-api-link = The same as data
catalog-empty = No item is in force yet. Nothing can be kept.
changes-title = What changed in the catalog?
changes-lead = A new version holds for records that arrive from its first day on. It never changes an earlier record.
changes-day = From
changes-item = Item
changes-version = Version
item-law = Which law
item-title = Its name
item-plain = In plain words
item-sources = Who writes it
item-shown = How long others may see it
item-kept = How long it exists
item-kept-text = { $period } after its display has ended. Then its key is destroyed.
item-shown-input-input = From { $from } to { $until }, that day included.
item-shown-input-after = For { $period } from { $from }.
item-shown-received-input = From the day of its receipt to { $until }, that day included.
item-shown-received-after = For { $period } from the day of its receipt.
item-waiting = A waiting time comes first, so that the person can act before anybody else is shown it.
item-holds = What it holds
item-holds-lead = These inputs and nothing else.
item-input = Input
item-input-kind = Kind
item-input-needed = Needed
item-input-yes = yes
item-input-no = no
item-input-quarantine = yes; without it the row is set aside for its source to decide
item-purposes = Who may see it, and what of it
item-purposes-lead = Only for these purposes. Each sees its own inputs and no others.
item-purposes-none = Nobody but the person.
item-repair = What puts it right
item-repair-none = Its law names nothing that ends it early.
item-reconsideration = Who reconsiders
item-versions = Versions
item-version-current = this one
item-changed = What changed since version { $version }
item-changed-none = Nothing that its readers would notice: only writings that sources use.
item-changed-before = before
item-changed-after = now
kind-identifier = identity number
kind-name = full name
kind-number = the source's own number
kind-day = day
kind-money = amount of money
kind-choice = one of { $count }
kind-citation = citation of a law
kind-text = text of at most { $count } characters

# Purposes
purposes-title = Who may look, and why?
purposes-lead = A member may ask only for one of these purposes, about one person, in one case. Its officer must be trained for the purpose.
purposes-purpose = Purpose
purposes-law = Law
purposes-basis = What entitles
basis-duty = a duty that the law gives
basis-consent = the person's own yes
purpose-sector = Sector of life
purpose-sees = What it may see
purpose-sees-lead = Of each record these inputs. Anything else stays closed, and the answer does not tell whether it exists.
purposes-empty = No purpose is in force yet. Nobody may ask.
purpose-sees-none = No item in force names this purpose.
purpose-sector-rule = Records of another sector of life are never shown for this purpose.

# Law
laws-title = On which laws does it rest?
laws-lead = Every item and every purpose names its provision.
law-records = Records that rest on it
law-looks = Looks that rest on it
law-official = The official text stands in the gazette of its own legislature. This node keeps the citation, not the text.

# Members
members-title = Who takes part?
members-lead = Members are public bodies and others whom a law entitles. They stand in the order of their names.
members-empty = No body takes part yet.
members-member = Member
members-sectors = Sectors of life
member-writes = Records that it writes
member-writes-none = It writes no records.
member-reconsiders = Records that it reconsiders
member-standing-active = It takes part.
member-standing-suspended = It is suspended: it can neither write nor ask.
member-no-people = No officer is named here, and nobody is compared.
member-figures = In the last twelve months

# Statistics
statistics-title = How does it work so far?
statistics-lead = Counts of the last twelve months. They tell of members, purposes and reasons, never of a person.
statistics-refused = There is no count of people, and nobody is compared. Members stand in the order of their names.
statistics-looks = Looks, and how they ended
statistics-looks-text = Every look of an officer: answered, nothing to show, or denied. A person's own looks are not counted.
statistics-refusals = Why looks were denied
statistics-refusals-text = Looks that were denied, by the reason that was given.
statistics-intake = Rows that sources handed in
statistics-intake-text = Each row becomes a record, is refused, is on file already, or is set aside for its source to decide.
statistics-notices = Notices confirmed in time
statistics-notices-text = After a correction each member that was told the error has seven days to confirm. Counted by the day it was due.
statistics-answered = Answered
statistics-nothing = Nothing to show
statistics-denied = Denied
statistics-accepted = Accepted
statistics-rejected = Refused
statistics-duplicate = On file already
statistics-waiting = Set aside
statistics-in-time = Confirmed in time
statistics-late = Confirmed late
statistics-open-late = Late and open
statistics-month = Month
statistics-purpose = Purpose
statistics-member = Member
statistics-reason = Reason
statistics-no-purpose = no purpose of the catalog
statistics-no-consent = Refused, because the person had given no consent for it.
statistics-by-month = By month
statistics-by-month-text = By month, the last twelve. { $month } is counted up to the end of { $day }.
statistics-by-purpose = By purpose
statistics-by-member = By member
statistics-by-reason = By reason
statistics-looks-finding = { $month } so far: { $answered } answered, { $denied } denied
statistics-intake-finding = { $month } so far: { $accepted } rows accepted, { $rejected } refused
statistics-notices-finding = Due in { $month }: { $time } confirmed in time, { $late } late and open
statistics-caption-share = The bar shows how much of all is the first column: { $first }.
statistics-caption-largest = The bars compare the column { $first }.
statistics-how = How it is counted
statistics-hidden = A count below ten is not said, for it could be about somebody known. Where it could be worked out from the others, the next one is not said either.
statistics-hidden-duties = These are duties of members towards a clock. All counts of a row are said once they come to ten together, small ones too. Below ten none of the row is said, for it could be one person’s. Where that row could be worked out from the others, the next one is not said either.
statistics-empty-month = A month in which nothing was counted says 0.
statistics-as-of = As of the end of { $day }. What happened since is counted tomorrow, so that nobody can tell one look from the next.

# Learn, help and the small pages
learn-title = What would you like to know?
learn-lead = Three short texts. They print well.
learn-file = Your file in two minutes
learn-file-1 = A source writes a record about you. It must be of a kind that the catalog names.
learn-file-2 = You can read it at once. A decision against you waits before others are shown it.
learn-file-3 = An officer who needs it for a case asks for it. You see the look in your file.
learn-file-4 = On its last day the display ends by itself. Later the content is destroyed.
learn-look = May I look because the person is my neighbour?
learn-look-1 = No. A look needs an open case of your office and a purpose that its law names.
learn-look-2 = You must be trained for the purpose, and on duty.
learn-look-3 = Your look is written down before you are shown anything. The person reads it, with your office, your number and your case.
learn-never = What may never be kept
learn-never-1 = Health, religion, ethnicity, politics, military service, biometrics, speech, and what people do online.
learn-never-2 = The conduct of pupils and students, and tips from the public.
learn-never-3 = Anything that sums a person up.
help-title = Where do you get help?
help-lead = Any member that wrote a record about you has to tell you what it wrote and why.
help-counter = At a counter
help-counter-text = Bring an identity document. Ask the member that the record or the look names.
help-code = You have a code
help-code-text = A code such as D007 has a page of its own, which says what happened and what to do.
help-proof = You have a file from here
help-proof-text = A receipt, a copy or a message can be checked by anybody.
help-reach = By phone or by post
help-phone = Phone: { $phone }
help-hours = Hours: { $hours }
help-post = Post: { $post }
help-reach-none = Whoever runs this node has named no phone and no address. Ask at a counter.
accessibility-title = Can everybody use this?
accessibility-lead = The pages are made to follow WCAG 2.2, level AA. They work without scripts, with the keyboard alone, and on paper.
accessibility-rules = By which rules
accessibility-rules-text = EN 301 549 in Europe, and GB/T 37668 in China. Both ask for what WCAG asks for, and for more about documents and devices.
accessibility-gaps-title = Known gaps
accessibility-gaps-readers = No page has been tried with every screen reader yet.
accessibility-gaps-devices = Making and using a passkey needs scripts, and a device or a key that your browser knows. Only officers, registrars and supervisors need one.
accessibility-gaps-plain = Texts of laws, and what sources wrote about you, stand as they were written. They can be hard to read.
accessibility-keeps-out = Something keeps you out?
accessibility-keeps-out-text = Tell us. The same questions are answered at a counter.
accessibility-when = When this was written
accessibility-when-text = The pages were tried last on { $day }, by programs in a browser, and looked at one by one. No user of a screen reader has tried them yet.
privacy-title = What do these pages keep about you?
privacy-lead = Public pages keep nothing about who reads them. There are no counters of visitors, and nothing is fetched from another place.
privacy-cookies-title = Cookies
privacy-log-title = The log
privacy-cookies = A cookie is a line that your browser keeps for us. There are four, and each says one thing.
privacy-cookies-language = fairfile_language: which language you chose. It stays for a year.
privacy-cookies-theme = fairfile_theme: which colours you chose. It stays for a year.
privacy-cookies-session = fairfile_session: that you are signed in. It is a number made by chance, and ends when you sign out.
privacy-cookies-attempt = fairfile_attempt: that you are on the way to the identity provider. It ends after ten minutes.
privacy-log = The log has one line for a request: what kind of page it was, whether it worked, and how long it took. It has no address, no name and no number.
status-title = Does this node work?
status-yes = Yes. It is { $time }, and the journal has { $entries } entries.
status-clock-unsure = The node does not know for sure which day it is. Until that is settled it hides more than it has to, and destroys nothing.
status-data-link = The same as data
moment-in-zone = { $day }, { $time } ({ $zone })
zone-beijing = Beijing time
zone-named = time of { $name }

## For programs
interface-title = What programs can do here
interface-lead = The same use cases as on these pages, for the programs of members and of the public. What the pages refuse, this refuses.
interface-all = Every address
interface-all-text = A list of all addresses, who may call each, and what it does, as data.
interface-all-link = The list
interface-open = What anybody may fetch
interface-open-text = The catalog, the purposes, the members and the journal’s head, without a key.
interface-open-link = The catalog as data
interface-members = What members sign
interface-members-text = A request of a member is signed with its own key, after RFC 9421. Every fault has a code with a page of its own.
interface-journal = What anybody may check
interface-journal-text = The journal can be exported and checked on your own computer.

# Codes
problem-title = What does { $code } mean?
problem-what = What happened
problem-next = What to do next
problem-law = The rule behind it

# Checking a proof
verify-title = Is this file real?
verify-lead = Paste a receipt, a message or a copy that this node gave, or choose the file. It is checked and not kept.
verify-paste = The text of the file
verify-file = Or the file itself
verify-file-hint = At most { $limit } MB
verify-key = The key that you hold it against
verify-key-hint = As this node publishes it. Leave it as it is, unless you have it from somewhere else.
verify-send = Check
verify-offline = The same check runs on your own computer, without a connection:
verify-offline-command = fairfile verify FILE
verify-journal-link = Check the whole journal
verify-real = This file is real and has not been changed
verify-not-real = This file does not hold
verify-not-real-next = Keep it as it is, and show it to the supervisor.
verify-steps = What was checked
verify-step-yes = yes
verify-step-no = no
verify-not-proves = What it does not prove
verify-details = The numbers behind it, as the program says them
verify-kind-receipt = A receipt
verify-kind-receipts = Several receipts
verify-kind-copy = A person’s copy of the own file
verify-kind-message = A message to a member
verify-kind-journal = A journal
verify-figure-checks = Checks: { $all }, of which { $held } hold
verify-figure-size = Entries under the signed head: { $size }
verify-figure-leaf = Number of its entry, counted from 0: { $leaf }
verify-not-anything = As it stands, the file proves nothing.
verify-not-right = It does not prove that the record is right.
verify-not-later = It does not show looks that were made after this copy.
verify-not-acted = It does not prove that the member acted on it: the receipt of its confirmation does.
verify-not-before = It does not prove that the messages before it have come.
verify-not-content = It does not tell what the entries stand for: the journal holds no content.
verify-not-witnesses = It does not prove that outside witnesses saw the same journal.
verify-step-key = The file carries the key that you hold it against.
verify-step-key-fails = The file carries another key than the one that you hold it against.
verify-step-signature = The node signed it, and nothing was changed since.
verify-step-signature-fails = The signature does not hold: the file was changed, or the node never signed it.
verify-step-checkpoint = The head of the journal over { $size } entries is signed by the node.
verify-step-checkpoint-fails = The head of the journal is not signed by the node.
verify-step-journal = It is written down in the journal as no. { $leaf } of { $size }, counted from 0.
verify-step-journal-fails = This is not in the journal.
verify-step-looks = All looks are there, in order, and in the journal.
verify-step-looks-fail = The list of looks has a gap, or one was changed.
verify-step-leaves = All { $size } entries together give the signed head.
verify-step-leaves-fail = The entries together do not give the signed head: one was changed, moved or left out.
verify-step-receipt = Receipt no. { $place } of the file holds.
verify-step-receipt-fails = Receipt no. { $place } of the file does not hold.
verify-step-followed = { $count ->
    [0] Nothing that it showed was corrected or withdrawn since, as this node says today.
    [one] One correction or withdrawal followed since. Ask the node again before you act on it.
   *[other] { $count } corrections or withdrawals followed since. Ask the node again before you act on it.
}
verify-again = Check another
verify-nothing = Paste the text of a file, or choose one.
verify-no-kind = This is no receipt, no message, no copy and no journal of a node.
verify-bad-key = The key is no key of a node. It looks like lanhe.example+1f2e3d4c+ and a long rest.
verify-bad-form = The form did not arrive whole. Send it again.
journal-title = Is the journal whole?
journal-lead = Every write and every look has an entry. Each entry is bound to all that came before it.
journal-size = Entries
journal-root = Root hash
journal-origin = Name in the signature
journal-key = Key
journal-checkpoint = The signed head
journal-how = How to check it
journal-how-1 = Save the head today. Whoever shows another past later is found out by it.
journal-how-2 = Fetch the tiles and build the tree yourself; docs/formats.md says how, byte by byte.
journal-how-3 = Or let the program do it:
journal-how-3-command = fairfile verify FILE --earlier RECEIPT
journal-no-names = No entry names a person. An entry holds hashes that nobody can turn back.
journal-draws = How a draw of the supervisor is worked out
journal-draws-text = The supervisor checks looks that chance picks. Neither the operator nor the supervisor can choose them, and anybody can work them out again.
journal-draws-1 = The announcement is an entry of the journal. It holds SHA-256 of secret words; n is its number, and the root is that of the first n + 1 entries.
journal-draws-2 = Later the words are told, in another entry. Whoever has both entries holds the words against their SHA-256.
journal-draws-3 = The seed is SHA-256 of these three lines: fairfile/draw/1, the root as 64 hexadecimal digits, and the words. A line feed stands between them and none at the end.
journal-draws-4 = Number k, from 1 on: take SHA-256 of the seed as 64 hexadecimal digits, a line feed and k in decimal digits. Read its first 8 bytes as a number, the most significant first. The rest of its division by n is the entry.
journal-draws-5 = An entry that comes again is left out, and one that is no look of an officer is passed over. It ends with as many looks as were announced, or after 2,000 numbers.

# What goes wrong
missing-title = There is no page here
missing-text = There is no page here, or it is not yours to see. Nothing was changed.
fault-title = This did not work
signed-out-title = You are not signed in
signed-out-text = Nothing was done. A session ends after 30 minutes in which nothing is asked, and after 8 hours.
signed-out-typed = What you typed was not kept. Sign in, and type it once more.
out-title = You are signed out
out-lead = This browser does not open your pages any more.
out-provider = The identity provider may keep a session of its own. If others use this device, sign out there as well.
out-again = Sign in again
fault-form = The form did not arrive as this page sends it. Nothing was done.
fault-form-next = Open the page again and send its form from there.
fault-method = Nothing can be opened at this address.
fault-method-next = It only takes what a form sends. Go to the first page and find the form from there.
fault-many-visitors = Too many people are signed in at present.
fault-wait = { $seconds ->
    [one] Try again in a second.
   *[other] Try again in { $seconds } seconds.
}
fault-query = The address asks for something that this page does not know.
fault-query-next = Take away what stands behind the question mark, or go to the first page and choose there.
fault-officer = There is no such officer here.
fault-officer-next = Ask the registrar of the node.
fault-too-many = You have asked for more pages than one visitor may in so short a time.
fault-desk = To your own first page
fault-code = Code { $code }
fault-home = To the first page

# Signing in, and the person's own pages
sign-in-link = Sign in
sign-out = Sign out
sign-in-title = Whose file would you like to read?
sign-in-lead = In this demo a number is enough, because everybody is invented. A real node asks the identity provider.
sign-in-number = ID number
sign-in-hint = 18 characters. It is kept nowhere but in the file itself.
sign-in-send = Open the file
sign-in-no-number = This is no ID number. Compare it with the document; spaces are fine.
sign-in-nobody = Nobody of this number is on file here.
nav-my = My file
nav-looks = Who looked
nav-copy = Take a copy
my-title = This is your file
my-records = { $count ->
    [one] One record.
   *[other] { $count } records.
}
my-free = Reading it is always free. The order is by date, newest first.
my-empty = There are no records about you here. If a member writes one, you read it before anyone else is shown it.
my-looks-link = See every look
record-unreadable = This record is kept and cannot be opened at the moment. Tell the node's operator, who restores its key.
record-ends = Ends
record-shown-until = Others may see it until { $until }, that day included.
record-shown-later = Others may see it from { $from } until { $until }, both days included.
record-shown-over = Nobody but you is shown it since { $until } has passed.
record-shown-nobody = Nobody is shown it any more. Its content is destroyed.
record-kept = Its content is destroyed after { $day }.
record-entry-kept = The note that it was here is kept until { $day }, that day included.
record-told-to = Told to
record-told-nobody = Nobody was shown it so far.
record-corrected = Corrected
record-withdrawn = Withdrawn
record-reference = Reference
record-item = What may be kept in it
state-in-force = In force
state-waiting = Not shown to others yet
state-ended = Ended
state-withdrawn = Withdrawn
state-destroyed = Destroyed
looks-title = Who looked
looks-when = When
looks-who = Who
looks-why = Why
looks-result = Result
look-you = You
look-who = { $member }, officer { $officer }
look-case = Case { $case }.
look-saw = Saw: { $record } ({ $inputs }).
look-answered = Answered
look-denied = Denied
look-nothing = Nothing shown
look-own = Own look
copy-title = Take your file away
copy-take = Save the signed copy
copy-check = To check it later:


# The file
my-facts = Three things to know first
my-fact-what = What this is.
my-fact-what-text = Here is every record about you that public bodies keep in this registry. Each has a law, a source and a last day.
my-fact-who = Who may look.
my-fact-who-text = Only an officer with a case and a purpose that a law names. You see every look, refused ones too.
my-fact-right = How to put it right.
my-fact-right-text = Each record says where to turn. Whoever was told an error is told of its correction, and you see who has confirmed.
my-facts-read = I have read this
my-copy-link = Take a copy, signed or on paper
my-none-shown = Nothing in your file is shown to others at present.
my-years = Years
my-current = Shown to others, or soon to be
my-over = Ended
my-over-count = { $count ->
    [one] One record has ended. Nobody but you is shown it.
   *[other] { $count } records have ended. Nobody but you is shown them.
}
my-withdrawn-count = { $count ->
    [one] One record was taken back. Its content is destroyed, and that it was here is shown to you alone.
   *[other] { $count } records were taken back. Their content is destroyed, and that they were here is shown to you alone.
}
my-destroyed-count = { $count ->
    [one] The content of one record is destroyed. Nobody can read it any more.
   *[other] The content of { $count } records is destroyed. Nobody can read it any more.
}
my-last-look = The last look of somebody else: { $who }, { $at }. { $result }.
my-no-look = Nobody else has looked at your file. When somebody does, or tries to, it appears here at once.
state-label = State:

# One record
record-title = What does this record say?
record-says = What it says
record-gone = Its content is destroyed. Nobody can read it any more, and neither can this node.
record-by-law = By which law
record-law-title = The law's title in Chinese
record-law-text = Official text
record-kind = Kind of record
record-until = Until when
record-right = How to put it right
record-right-turn = Turn to the office that wrote it:
record-right-quote = Name the reference of the record. Say what is wrong, and add a copy of any paper that shows it.
record-right-period = The law gives it { $period } to answer you.
record-right-period-own = By the rules of this node it has { $period } to answer you.
record-right-reconsider = If you do not agree with the answer, this body decides anew:
record-right-told = If it corrects the record, everybody who was told the error is told of the correction.
record-right-not-yet = You cannot object on this page yet. Until you can, a letter or a visit to that office counts as much.
record-corrections = What was put right
record-corrections-none = Nothing was corrected in this record.
record-because = Because
record-words = What the source wrote to you:
record-before = Before: version { $version }
record-before-gone = It was destroyed when it was put right, so that nobody is told the error again. A copy that you saved earlier still shows it.
record-after = After: version { $version }
record-after-gone = It was replaced since, and is destroyed as well.
record-after-withdrawn = After: taken back
record-after-nothing = Nothing is left of it but the note that it was there.
record-correction-leaf = Number in the journal: { $leaf }
record-told-members = { $count ->
    [one] One member was shown it.
   *[other] { $count } members were shown it.
}
record-told-link = Who, and what followed

# Who was told of a record
told-title = Who was told of this record?
told-back = Back to the record
told-lead = Every member that was shown it is listed here. After a correction each of them is told, and must confirm.
told-late-count = { $count ->
    [one] One confirmation is late. The member that must act is named below.
   *[other] { $count } confirmations are late. The members that must act are named below.
}
told-looks = { $count ->
    [one] It was shown the record once:
   *[other] It was shown the record { $count } times.
}
told-first = First
told-last = and last
told-confirmed = Confirmed
told-to-confirm = To confirm
told-late = Late
told-confirmed-since = It confirmed on { $at } that it has put this right.
told-to-confirm-by = It must confirm by { $due }, that day included.
told-late-since = It had to confirm by { $due }, that day included.
told-last-step = Last step
told-next-step = Next step
told-step = { $step } ({ $day })
told-since-right = It was shown the record after it was put right. There is nothing to confirm.
told-nothing-to-tell = Nothing was corrected so far, so there is nothing to confirm.
told-promise = A silent member is asked again. Then the head of its office is told, and then the supervisor.

# Who looked
looks-lead = Every look is here, refused ones too. So is everything that was written. Nobody can take a line away.
looks-show = What to show
looks-show-all = Everything
looks-show-others = Others
looks-show-answered = Answered
looks-show-denied = Denied
looks-year = Year
looks-every-year = Every year
looks-pages = More of the list
looks-newest = Back to the newest
looks-further = Earlier ones
looks-none-here = Nothing of this kind is in your file. Choose “{ looks-show-all }” to see every line.
looks-none-further = There are no earlier lines.
looks-whole = Is the list complete?
looks-whole-text = The looks are numbered from 1 to { $count } without a gap. The signed copy proves it.
looks-proof-link = Proof that this list is complete
looks-csv-link = Download every look as a table (CSV)
looks-own-once = A visit of your own is listed once. After half an hour, or past midnight, the next page begins another visit.
looks-earlier = { $count ->
    [one] One earlier look is not on this sheet. The signed copy has it.
   *[other] { $count } earlier looks are not on this sheet. The signed copy has them.
}
look-no = no. { $number }
look-written = Written
denied-d001 = Refused, because the office was suspended.
denied-d002 = Refused, because the officer was suspended.
denied-d003 = Refused, because the officer was not on duty that day.
denied-d004 = Refused, because the catalog has no such purpose.
denied-d005 = Refused, because the officer does not hold this purpose.
denied-d006 = Refused, because the officer was never trained for this purpose.
denied-d007 = Refused, because the officer's training for this purpose had ended.
denied-d008 = Refused, because the purpose is of a sector in which the office has no duty.
denied-d009 = Refused, because you have given no consent for it.
denied-d010 = Refused, because the officer's questions looked like a search through people.

# One look
look-title = What was this look?
look-nothing-shown = Nothing was shown.
look-code-link = What { $code } means
look-member = Member
look-officer = Officer
look-purpose = Purpose
look-case-number = Case
look-shown = What was shown
look-shown-own = Your whole file, to you.
look-version = version { $version }
look-check = How to check it
look-number = Number in your file
look-number-of = { $number } of { $looks }
look-journal = Number in the journal
look-journal-no = Entry { $leaf }
look-check-text = The office holds a receipt of the same entry. Your signed copy holds the entry itself.
look-check-own = Your signed copy holds the entry itself.
look-ask = If you do not know why
look-ask-text = Ask the office. Name the case and the day; it must tell you what it needed your record for.
look-ask-not-yet = You cannot ask on this page yet. A letter or a visit to that office counts as much.

# The copy, and the sheet for paper
copy-lead = Your file is yours to keep, free of charge, as often as you like.
copy-signed = Signed data
copy-signed-text = One file with every record and every look. Anybody can check it without asking this node. Saving it is listed as a look of your own.
copy-paper = On paper
copy-paper-text = All of it on one page, ready for A4. Print it, or save it as a PDF, with your browser.
copy-print = Open the page for paper
copy-proof = Proof that the list of looks is complete
copy-proof-1 = Each look has a number, from 1 on. A missing one would show as a gap.
copy-proof-2 = Each is bound to the one before. A changed or exchanged one would break all that follow.
copy-proof-3 = Each has an entry in the public journal, and the copy holds the proof. Others watch the journal, so it cannot be written anew.
copy-offline = The same check runs on your own computer, without a connection:
copy-offline-command = fairfile verify fairfile-copy.json
print-title = Your file on paper
print-read = Read on { $at }.
print-how = Print this page with your browser. Colours, menus and this note stay off the paper.
print-records = Records
print-foot = Read under look no. { $look } of this file, entry { $leaf } of the journal.
print-verify = Paper proves nothing by itself. The signed copy does: { $address }


## Who is signed in
##
## In the head of every page.
##

visitor-person = Signed in: your sessions
visitor-officer = Officer { $officer }, { $member }
visitor-registrar = Registrar { $staff }
visitor-supervisor = Supervisor { $staff }


## The source
##
## What an officer of a source reads.
##

nav-source = Records
nav-batches = Batches
nav-single-records = One record
nav-caused = Who was told
source-title = What would you like to send?
source-items = What your member may send
source-item = Item
source-item-ways = Begin with
source-no-items = No item of the catalog lets your member write records. Ask the registrar if a law says otherwise.
source-way-file = Send a file of records or corrections
source-way-single = Write a single record
source-way-change = Put one record right, or take it back
source-pending = Checked and not sent
source-batches = What was sent
source-all-batches = All batches
source-empty = You have sent nothing yet. Start with the practice file: it is checked but cannot be sent.
source-told = Who was told of your corrections
source-told-nobody = No correction of yours concerned a record that somebody had been shown.
source-told-link = Correction by correction
source-no-rows = Records cannot be browsed. One record opens by its number, one at a time.
batches-title = Which batches were sent?
batches-no-more = There are no more.
batches-newest = The newest
batches-older = Older ones
pages-label = Pages
batch-when = Sent
batch-what = What
batch-received = Rows
batch-accepted = Taken
batch-state = State
batch-sent = Sent
batch-shown = Shown
batch-arriving = Not finished
batch-records = records
batch-corrections = corrections
batch-changes = corrections or withdrawals
batch-withdrawals = withdrawals
batch-reference = Reference
batch-by-key = signed with the key { $key }
batch-by-officer = by officer { $officer }
batch-next = What happens next
batch-next-records = Each person can read the record at once, before anybody else is shown it.
batch-next-corrections = The corrections hold from now on. Whoever had been shown a record is told, and must confirm.
batch-next-withdrawals = From now on nobody is shown what was taken back. Its content is destroyed. Whoever had been shown it is told, and must confirm.
batch-next-mixed = The corrections hold from now on; what was taken back is shown to nobody, and its content is destroyed. Whoever had been shown a record is told, and must confirm.
batch-shown-from = Others see each record from its own first day, from { $day } at the earliest.
batch-shown-after = A waiting time runs first, so that the person can object. Others see it from { $day } at the earliest.
batch-kept-out = { $count ->
    [one] One row was not taken; put it right and send it again.
   *[other] { $shown } rows were not taken; put them right and send them again.
}
batch-on-file = { $count ->
    [one] One row is on file already; there is nothing to do.
   *[other] { $shown } rows are on file already; there is nothing to do.
}
batch-set-aside = { $count ->
    [one] One row was set aside: your office decides about it, as the report below says.
   *[other] { $shown } rows were set aside: your office decides about them, as the report below says.
}
batch-told = Told of it
batch-told-nobody = Nobody had been shown these records.
batch-told-line = { $member }: notices { $notices }, confirmed { $confirmed }
batch-told-same = You see here when each has confirmed; the person sees the same.
batch-receipt = Receipt
batch-receipt-save = Save the receipt
batch-receipt-check = It proves the sending, and anybody can check it:
batch-entry = It is entry { $entry } of the journal.
batch-title-records = { $count ->
    [one] Sent: one record was taken
   *[other] Sent: { $shown } records were taken
}
batch-title-corrections = { $count ->
    [one] Sent: one correction was made
   *[other] Sent: { $shown } corrections were made
}
batch-title-withdrawals = { $count ->
    [one] Withdrawn: one record was taken back
   *[other] Withdrawn: { $shown } records were taken back
}
batch-title-changes = { $count ->
    [one] Sent: one record was changed
   *[other] Sent: { $shown } records were corrected or taken back
}
upload-title = Which file would you like to check?
upload-lead = Every row is checked first. You see what would happen before anything is sent.
upload-item = What it is about
upload-file = The file
upload-hint = CSV, Excel (.xlsx) or JSON Lines, { $limit } MB at most
upload-check = Check the file
upload-nothing-yet = Nothing is sent by checking.
upload-corrections = A file with a column "act" is one of corrections and withdrawals.
upload-no-file = Choose a file.
upload-no-item = Choose one of the items that your member writes.
templates-title = Templates
template-text = A template has the columns and an example. Its ID number is nobody’s, so the row is turned away if it is left in.
template-link = Template
template-records = new records
template-corrections = corrections and withdrawals
practice-title = Practise first
practice-text = The practice file has good rows and wrong ones. It is checked but cannot be sent.
practice-check = Check the practice file
practice-name = Practice file
practice-cannot = This is the practice file. It cannot be sent, and nothing of it is kept.
single-link = Single record
single-name = Single record
single-title = What does the record say? { $item }
single-lead = The same rules hold as for a file. You see everything once more before it is sent.
single-check = Check
choose-title = What kind of record is it?
change-name = Correction of one record
draft-title = What would happen to each row?
draft-checking = Checking
draft-ready = Ready
draft-needs-fixing = Needs fixing
draft-clean = { $count ->
    [one] The row is ready. Nothing has been sent yet.
   *[other] All { $shown } rows are ready. Nothing has been sent yet.
}
draft-none-ready = No row is ready, so nothing can be sent.
draft-send = { $count ->
    [one] Go on: one row is ready
   *[other] Go on: { $shown } rows are ready
}
draft-again = Choose another file
draft-kept = A checked file is kept for two hours, for you alone. A restart of the node ends it.
draft-not-sent = Nothing was sent by this try. What you checked is still here.
gone-title = This is no longer here
gone-text = Checked files are kept for two hours, and not over a restart of the node. If you had not sent it, nothing of it was kept.
working-checking = The file is being checked
working-sending = The file is being taken in
working-rows = { $rows } rows so far
working-reload = The page loads itself anew every five seconds. You can leave it and come back.
working-now = Load it now
failed-title = This file cannot be taken
failed-text = Nothing was sent, and nothing of the file is kept.
report-received = Rows
report-ready = Ready
report-taken = Taken in
report-on-file = On file already
report-set-aside = Set aside
report-set-aside-text = A row that is set aside is attached to nobody, and nothing of it is kept. Your own office decides about it, with the papers in hand; below stands what each row lacks. Then send it again. If it still cannot be told whom it is about, ask the registrar: two people may have been mixed up.
report-errors = Errors
report-as = Save or print this report:
report-csv = CSV
report-json = JSON
report-groups = What is wrong, and how often
report-more-groups = { $count ->
    [one] One more kind of fault stands in the report as a file.
   *[other] { $count } more kinds of fault stand in the report as a file.
}
report-what = What is wrong
report-field = Column
report-state = Kind
report-next = How to put it right
report-code = Code
report-row = Row
report-how-many = Rows
report-rows = { $count ->
    [one] 1 row
   *[other] { $shown } rows
}
report-rows-title = Row by row
report-all = Show all rows
report-first = First page
report-next-page = Next page
report-no-more = No more rows.
report-error = Error
report-whole-row = the whole row
report-same-as = the same record as row { $row }
send-title-file = Shall this be sent?
send-title-record = Shall this record be sent?
send-title-correct = Shall the record be corrected?
send-title-withdraw = Shall the record be taken back?
send-back = Back, send nothing
send-send = Send
send-correct = Correct the record
send-withdraw = Take the record back
send-ready = { $count ->
    [one] One ready row will be taken.
   *[other] { $shown } ready rows will be taken.
}
send-corrections = { $count ->
    [one] One correction will be made.
   *[other] { $shown } corrections will be made.
}
send-corrections-told = Every member that was shown one of these records is told at once.
send-kept-out = { $count ->
    [one] One row is kept out.
   *[other] { $shown } rows are kept out.
}
send-record-effect = The person can read it at once.
send-withdraw-effect = From now on nobody is shown this record. Its content is destroyed; that it was here remains on the person's page.
send-once = It is done once, however often you press.
diff-before = Before
diff-after = After
diff-as-sent = as you sent it
diff-why-not = What a record says is not shown here: whoever wrote it cannot read it back. Compare with your own register.
change-reason = Reason
change-reason-hint = From the law's list. The person reads it.
change-words = Words for the person
change-words-hint = At most 500 characters. Say plainly what was wrong.
change-no-words = none
change-told = Shown to
change-told-nobody = Nobody was shown this record, so nobody has to be told.
change-told-count = { $count ->
    [one] One member was shown it and will be told:
   *[other] { $count } members were shown it and will be told:
}
change-check = Check
correct-link = Correct it
correct-title = What should the record say?
correct-which = What is wrong?
correct-not = Name, ID number and the record's own number are not corrected. Take the record back and send it anew.
withdraw-link = Take it back
withdraw-title = Why is the record taken back?
open-title = Which record is it?
open-lead = A record opens by its own number and the person's ID number together.
open-number = The record's own number
open-identifier = The person's ID number
open-open = Open the record
open-nothing = Your member has no record of this kind with these two numbers. Compare what it is about and both numbers with the decision.
open-closed = An address alone opens nothing. Give both numbers to open the record.
open-no-list = There is no list of records and no search for people.
standing-title = Where does the record stand?
standing-received = Received
standing-withdrawn = It was taken back on { $at }. Nobody is shown it any more, and its content is destroyed.
standing-over = Its display ended on { $until }, that day included. Nobody but the person is shown it.
standing-told-nobody = Nobody had been shown this record, so nobody had to be told.
standing-told-count = { $count ->
    [one] One member had been shown it and was told:
   *[other] { $count } members had been shown it and were told:
}
standing-shown-count = { $count ->
    [one] One member was shown it:
   *[other] { $count } members were shown it:
}
fixed-withdrawn = It was withdrawn. If the matter still stands, send it as a new record.
fixed-over = Its retention has ended. Nobody can read it any more.
fixed-other = Your member cannot change it.
form-wrong = Some answers need another look:
field-optional = (may be left empty)
field-choose = Choose
field-identifier = As on the document. Spaces are fine.
field-name = In full, as on the document
field-number = As your own register writes it
field-day = Such as 2027-03-27
field-money = Such as 1234.50, in { $currency }
field-citation = Law and article
caused-title = Who was told of your corrections?
caused-lead = Every member that was shown a wrong record is told, and is asked until it confirms.
caused-by-member = By member
caused-by-correction = By correction
caused-member = Member
caused-notices = Notices


## The inquirer
##
## What an officer of an inquirer reads.
##

nav-inquiry = Ask
nav-receipts = Receipts
nav-notices = Notices
comma = ,{" "}
pause = ,{" "}
stop = .
inquiry-title = For which purposes may you ask?
inquiry-lead = Each question is about one person in one case. It is recorded, and the person reads it.
inquiry-purposes = Your purposes
inquiry-trained = Your training is valid until { $until }.
inquiry-untrained = You have not been trained for it yet. A question would be denied.
inquiry-training-ended = Your training ended on { $until }. A question would be denied.
inquiry-training-ends = { $days ->
    [0] Your training ends today, { $until }.
    [one] Your training ends tomorrow, { $until }.
   *[other] Your training ends in { $days } days, on { $until }.
}
inquiry-renew = What the training is about. Your registrar records it.
inquiry-no-purposes = You hold no purpose, so you cannot ask. The registrar gives one when your office names the law.
inquiry-ask-link = Ask about one person
inquiry-no-notices = Nothing waits for your office.
inquiry-notices = { $count ->
    [one] One notice waits for your office
   *[other] { $count } notices wait for your office
}
inquiry-receipts-link = Your receipts
inquiry-no-lists = There is no history of people here, no list and no search. Fairfile does not make them: ask for one person, for one case.
ask-title = Whom do you need to ask about?
ask-errors = Nothing was asked yet. Please put this right:
ask-lead = You get an answer once, for this purpose and this case.
ask-purpose = What for
ask-what-you-may-see = What you may see
ask-nothing-else = Nothing else of the file is shown.
ask-purpose-missing = Choose what you ask for.
ask-ended = For these you are not trained, or no longer. A question would be denied, and the person would see the try.
ask-unheld = You do not hold this purpose.
ask-unheld-denied = The purpose below is not yours. A question would be denied, and the person would see the try.
ask-case = Your case number
ask-case-hint = The person sees it beside your question. It shows why you needed to ask.
ask-case-missing = Write the number of the case.
ask-case-wrong = A case number has 1 to 64 letters, digits, blanks, hyphens, slashes, dots or brackets.
ask-sent-before = You sent this form already, with something else in it. Check it, then send it as a new question.
ask-number = ID number
ask-number-hint = As on the document. Spaces and full-width digits are fine; we remove them.
ask-name = Full name as on the ID
ask-recorded = This look is recorded and shown to the person, also if it is denied or shows nothing.
ask-send = Ask once
number-missing = Write the ID number.
number-length = This ID number has { $found } characters and needs { $needs }.
number-check-digit = The last digit does not fit the rest. Compare the number with the document.
number-characters = This is not an ID number. Type it again from the document, with plain digits.
number-off-here = This node does not take this kind of number.
name-missing = Write the full name.
name-too-long = Use 64 characters or fewer for the name.
name-characters = Type the name again, without digits or line breaks.
answer-title = { $count ->
    [one] One record may be seen for this purpose
   *[other] { $count } records may be seen for this purpose
}
answer-closes = For this purpose and this case only. The page closes at { $until }.
answer-name-fits = The name fits.
answer-nothing-title = Nothing can be shown
answer-nothing = Nothing can be shown for this number, name and purpose.
answer-nothing-hint = This does not tell whether anything exists. Compare number and name with the document before you ask again.
answer-denied-title = You cannot look
answer-denied-lead = Nothing was shown. The person will see this try.
answer-asked = What you asked
refused-d001 = Your office is suspended.
refused-d002 = Your right to look is suspended.
refused-d003 = You are not on duty today.
refused-d004 = The catalog has no such purpose.
refused-d005 = You do not hold the purpose “{ $purpose }”.
refused-d006 = You were never trained for “{ $purpose }”.
refused-d007 = Your training for “{ $purpose }” had ended.
refused-d007-on = Your training for “{ $purpose }” ended on { $day }.
refused-d008 = Your office has no duty in the sector of “{ $purpose }”.
refused-d009 = This person has given no consent for “{ $purpose }”.
refused-d010 = Your questions look like a search through people. Fairfile makes none.
refused-d011 = A person is served at a counter by two officers of one office.
refused-rule = The rule: { $law }
answer-decided = Written by
answer-record-ends = Others may see it until { $until }, that day included.
answer-is-all = This is all that this purpose lets you see. It does not tell whether anything else exists.
answer-decides-nothing = It decides nothing: you do, and you must give reasons to the person.
answer-receipt = The receipt of this look
answer-close = Done, close it
answer-not-this-person = Not this person
closed-title = This answer is closed, or it is not yours
closed-lead = An answer closes after 30 minutes, when you close it, and when you sign out. No one else can open it.
closed-next-receipt = The receipt stays. It proves what you asked, when and why.
closed-next-ask = If the case still needs it, ask again. That is a new look, and the person sees it too.
changed-title = This answer is no longer what it was
changed-lead = Something that it showed has ended, or was corrected since. It is not shown again.
changed-next-notice = If a record was corrected, your office has a notice to confirm.
done-title = The answer is closed
done-lead = Nobody can open it again. Nothing of it is kept on this page.
done-next-reasons = Decide in your case, and give your reasons to the person.
not-person-title = The answer about another person is closed
not-person-lead = The look stays on record, and the person whose file it was sees it.
not-person-next-forget = Use nothing of what you saw, and keep no copy.
not-person-next-compare = Compare number and name with the document, letter by letter, before you ask again.
not-person-next-source = If the document is right, two people may share one file. Tell the member that wrote the record, with its reference.
receipts-heading = Receipts
receipts-title = What have you asked?
receipts-lead = Every question of yours has a signed receipt, denied ones too. They hold no name and no number.
receipts-empty = You have not asked anything yet.
receipts-why = What for
receipts-case = Case
receipts-receipt = Receipt
receipts-number = No. { $number }
receipts-gone = The file that it lies in can no longer be read by anybody.
receipts-earlier = Earlier receipts
receipt-title = Receipt of one look
receipt-lead = Signed by this node, number { $number } of its journal.
receipt-at-counter = At the counter
receipt-shown = { $count ->
    [0] No record was shown.
    [one] One record was shown.
   *[other] { $count } records were shown.
}
receipt-no-names = It names no person. Put it into the case file; the case knows whom it was about.
receipt-notice = If a record that was shown is corrected, your office is told and must confirm it.
receipt-save = Save the receipt as signed data
receipt-check = Check it
receipt-print = For paper, print this page.
notices-heading = Notices
notices-title = Which records were put right after you saw them?
notices-lead = Your office was shown these records before. It must act on what changed, and confirm that it did.
notices-empty = Nothing waits for your office.
notices-done = Confirmed in the last { $days } days
notices-told = Told on
notices-record = Record
notices-due = Confirm by
notices-state = State
notices-to-confirm = To confirm
notices-late = Late since { $since }
notices-confirmed = Confirmed
notice-title = A record that your office was shown was put right
notice-lead = Look again at what your office decided, put it right, then confirm.
notice-check-title = Has your office acted on it?
notice-check-lead = You, officer { $officer }, are about to confirm for { $member } that it has done what stands below. It cannot be taken back.
notice-done-title = Confirmed
notice-done-lead = { $member } has confirmed that it acted on this correction.
notice-done-next = The person sees it in the own file, and so does the member that corrected the record. Nothing is left to do.
notice-what = What happened
notice-shown-to = Who was shown it
notice-officer = Officer { $officer }
notice-to-do = What to do
notice-to-do-corrected = Check what you decided on the earlier content, and put it right.
notice-to-do-withdrawn = Undo what you decided on the record, and delete what you kept of it.
notice-next = From { $from }: { $step }.
notice-content = What the record says now does not stand here. If a case needs it, ask for it in that case.
notice-confirm = Confirm for my office
notice-not-yet = Not yet
notice-to-confirm-link = We have acted: go on to confirm

## The counter
##
## What officers read who serve a person at a counter, and the person's line about it.
##

nav-counter = Counter
look-at-counter = You, at the counter of { $member }, with officers { $officer } and { $second }
denied-d011 = Refused, because two officers of one office have to serve a person together.
counter-title = Serve a person at the counter
counter-lead = For somebody who cannot use a phone. Two officers open the person's own file, for the person, together.
counter-rule = One officer cannot do it alone. Both are named in the file, and the person is told as of every look.
counter-waiting = Visits that wait for a second officer
counter-waiting-line = Officer { $officer }, since { $since }
counter-own = Your own visits, which another officer has to confirm
counter-own-line = Begun at { $since }
counter-begin = Begin a visit
counter-case = Number of the visit
counter-case-hint = The number that the person drew, or your own. Each person needs another.
counter-case-wrong = Give the visit a number of 1 to 64 letters, digits, spaces, hyphens, slashes, dots and brackets.
counter-present = The person is here and has shown the document.
counter-not-present = A file is opened only while the person is here. Say that it is so.
counter-send = Ask a second officer to come
counter-waits-title = A second officer has to confirm
counter-waits = Ask a trained officer of your office to sign in at an own desk and to open the counter page.
counter-own-elsewhere = You began this visit in another session, so you cannot confirm it: another officer has to. The file opens in the session in which it was begun.
counter-until = The visit ends by itself at { $until }. Nothing was opened yet.
counter-reload = Has it been confirmed? Look again
counter-open-title = The file can be opened now
counter-open-lead = Officer { $second } has seen the person and the document. Opening is one look. The person sees it.
counter-open = Open the file for the person
counter-confirm-title = Have you seen the person?
counter-confirm-lead = Officer { $officer } asks you to confirm. Look at the person, and at the document, yourself.
counter-seen = I have seen the person, and number and name are those of the document.
counter-not-seen = Confirm only what you have seen yourself: look at the person and the document, then tick the box.
counter-confirm = Confirm
counter-begun-by = Begun by
counter-officer = Officer { $officer }
counter-file-title = This is the person's own file
counter-file-lead = Turn the screen to the person, or print the page for the person. It closes at { $until }.
counter-file-foot = Look no. { $look } of this file, journal no. { $leaf }, at the counter with officers { $officer } and { $second }.
counter-file-use = What stands here is the person's. Your office may decide nothing by it.
counter-close = Done, close it
counter-closed-title = The visit is over
counter-closed = The file is closed. Nothing of it is kept here.
counter-closed-next = The visit stands in the person's file, with both officers and its number.
counter-nobody-title = There is no file to open
counter-nobody = Nobody of this number and name has a file here.
counter-nobody-next = Compare number and name with the document. If they are right, nothing is kept about this person here.


## The registrar
##
## Staff of the node.
##

nav-registry = Registry
registry-title = How does the node do?
registry-lead = { $members } members act through { $officers } officers.
registry-no-files = A registrar cannot open a person's file: there is no such page.
nav-registry-catalog = Catalog
nav-officers = Officers
nav-deadlines = Deadlines
nav-audit = What we did
desk-journal = The journal has { $entries } entries, each bound to all before it.
desk-time-sure = The node knows for sure which day it is.
desk-time-unsure = The node does not know for sure which day it is. Until two people confirm the clock, nothing is destroyed.
desk-empty = Nothing waits for you today.
desk-second = A second registrar is needed
desk-soon = Look after these
desk-rooms = Rooms of the office
desk-more = The whole statistic
desk-recovery = { $holder } asked for a new passkey; it can be granted from { $ripe }
desk-plots = The plots are about members, purposes and reasons; never about people or single officers. Counts of looks and rows under 10 are not told; of notices, a duty of members, only where they come to less than 10 together.
desk-stopped = Officer { $officer } was stopped for asking too fast. Two registrars can release the officer.
desk-late = { $count ->
    [one] { $member } is late with one notice.
   *[other] { $member } is late with { $count } notices.
}
desk-training = Officer { $officer }: the training for { $purpose } ends on { $day }.
desk-key = The key { $key } ends on { $day }.
registry-waiting = Waiting for you
registry-takes-two = This takes two registrars: one proposes it, another agrees. Your own sign-in says which of them you are.
registry-proposals = Proposals
registry-propose = Propose
registry-check = Check
registry-record = Record it
registry-go-on = Go on
registry-older = Older ones
registry-back = Back to the registry
registry-reference = Reference: entry no. { $leaf } of the journal.
registry-entry = entry no. { $leaf }
registry-check-lead = Nothing has been done yet. This is exactly what will be done.
registry-because = Reason
registry-because-hint = At most 500 characters. It stays in the journal for good: write nothing about anybody on file.
registry-code = Code
registry-code-hint = Lower case letters, digits, dots and hyphens, such as water-authority. It never changes.
registry-title-en = Name in English
registry-title-zh = Name in Chinese
registry-from = First day
registry-until = Last day
registry-day-hint = Year, month and day, such as 2027-03-31.
registry-active = may act
registry-suspended = suspended
registry-stopped = stopped
registry-stopped-text = The officer asked like somebody who searches, and is shown nothing until two registrars agree.
registry-suspend = Suspend
registry-lift = End the suspension
registry-release = Release
registry-give-purpose = Give another purpose
registry-propose-suspension = Propose the suspension
registry-propose-lift = Propose to end it
registry-propose-release = Propose the release
registry-propose-purpose = Propose the purpose
registry-officer = Officer
registry-officers = Officers
registry-officers-lead = Officers stand here by code, in the order of their codes. Nobody is compared.
registry-officers-empty = No officer is registered. Until one is, nobody can ask about anybody.
registry-officer-title = Officer { $officer }
registry-officer-hint = The officer's code, such as 0417. Names of officers are not kept here.
registry-officer-looks = What the officer asked, and about whom, is not shown to a registrar. The person sees every look.
registry-register-officer = Register an officer
registry-register-lead = An officer asks for a member, within the days of duty and for the purposes held. Each purpose needs a training, which is recorded next.
registry-on-duty = On duty
registry-duty = { $from } to { $until }
registry-no-purposes = None. The officer can ask for nothing.
registry-members = Members
registry-members-lead = Who takes part, in the order of names.
registry-members-empty = Nobody takes part yet.
registry-none = None
registry-admit-member = Admit a member
registry-admit-lead = A member is a body to which a law gives duties. It can write records only where an item names it.
registry-own-keys = Own keys
registry-training = Training
registry-demo-long = The trainings and keys that came with this demo last longer than can be recorded here, so that its clock can be moved.
registry-training-lead = Whoever is not trained for a purpose is shown nothing for it. A training is valid for two years at most.
registry-training-record = Record a training
registry-training-all = All trainings
registry-training-empty = No officer holds a purpose yet.
registry-training-none = not trained
registry-training-ended = ended
registry-training-soon = ends within 30 days
registry-training-valid = valid
registry-trained-until = Trained until
registry-training-check = Record this training?
registry-training-before = Trained until, so far
registry-training-after = Trained until, from now on
registry-training-effect = The officer may ask for this purpose at once, until the end of that day.
registry-keys = Keys
registry-keys-lead = Members and officers sign with these. We keep the public half alone.
registry-keys-empty = No key is registered. Nobody can sign a request.
registry-key-holder = Holder
registry-key-officer = Officer { $officer }, { $member }
registry-key-title = Key { $key }
registry-key-valid = valid
registry-key-soon = ends within 30 days
registry-key-ended = ended
registry-key-ahead = not yet valid
registry-register-key = Register a key
registry-register-key-lead = Whoever holds a key signs in its holder's name, so it takes two registrars. The private half never leaves its holder.
registry-key-code-hint = Such as water-authority.2027. The signature of each request names it.
registry-key-officer-hint = For an officer's key. Leave it empty for the member's own.
registry-public-key = Public key
registry-public-key-hint = An Ed25519 public key: the lines of a PEM file, base64, or 64 hexadecimal digits.
registry-key-days-hint = A key is valid for a year at most.
registry-key-end = End this key early
registry-key-end-lead = A key that is lost or no longer needed ends at once: choose yesterday as its last day.
registry-key-end-hint = Yesterday at the earliest, such as 2027-03-31.
registry-key-last-day = Last day from now on
registry-key-end-check = End this key?
registry-key-end-effect = After that day nothing that it signs is taken. A key that has ended is never renewed: register a new one.
registry-key-before = Last day so far
registry-key-after = Last day from now on
registry-catalog-title = What may be kept?
registry-catalog-lead = A new version is proposed, held against the lint and agreed to by a second registrar. Then it stands in public until its first day.
registry-catalog-notice = The law profile lets each version stand in public for { $period } before it is in force.
registry-catalog-no-notice = The law profile { $profile } sets no notice. A first version can be in force at once; a later one tomorrow at the earliest.
registry-catalog-empty = No proposal for the catalog waits.
registry-catalog-items = In the catalog
registry-item-new = Propose an item
registry-item-lead = Paste an item file, or choose one. It is checked at once, and nothing is kept of what the lint refuses.
registry-item-text = The item file
registry-item-file = Or the file itself
registry-item-file-hint = TOML, at most { $limit } KB
registry-item-example = Fill in an example that is refused: volunteer hours decide loans
registry-item-example-reason = Banks would like to know who volunteers.
item-in-force = in force
item-ahead = in public, not yet in force
item-check-title = What would change?
item-check-lead = The lint finds nothing wrong. Nothing has been proposed yet. This is exactly what a second registrar will see.
item-check-earliest = The notice counts from the day on which the second registrar agrees: { $day } is the earliest first day if that is today.
lint-title = Refused
lint-lead = Nothing was proposed. No role and no setting lets any of this through.
lint-code = Code
lint-line = Line
lint-what = What is wrong
lint-remedy = What to do
change-what = Part
change-new = A new kind of record
change-new-text = Nothing of this kind has been kept before, so no record changes.
change-kept = Records that are kept by version { $version } stay under it. The new one holds for records that arrive from its first day on.
change-file = The file, word for word
proposal-what = What
proposal-by = Proposed by
proposal-at = When
proposal-state = State
proposal-open = waits for a second registrar
proposal-agreed = agreed and done
proposal-rejected = rejected
proposal-taken-back = taken back
proposal-effect = What agreeing does
proposal-reference = Reference
proposal-settled = Decided by { $staff }, { $at }.
proposal-own = You proposed this
proposal-own-text = Another registrar decides. You can take it back until then.
proposal-take-back = Take it back
proposal-decide = Do you agree?
proposal-decide-text = Your decision is journaled under your code, and is done at once.
proposal-agree = Agree, and do it
proposal-reject = Reject
proposal-reject-because = Why do you reject it?
proposals-empty = Nothing has been proposed yet.
act-publish-item = Put into the catalog: { $matter }
act-admit-member = Admit the member { $matter }
act-register-officer = Register officer { $matter }
act-register-key = Register the key { $matter }
act-suspend-member = Suspend the member { $matter }
act-lift-member = End the suspension of the member { $matter }
act-suspend-officer = Suspend officer { $matter }
act-lift-officer = End the suspension of officer { $matter }
act-release-officer = Release officer { $matter }
act-invite = Invite { $matter } to make a passkey
act-give-purpose = Give one more purpose to an officer: { $matter }
effect-publish-item = The version stands in public at once and is in force from its first day on. It never changes an earlier record.
effect-admit-member = The member takes part at once. It still needs keys, officers, and items that name it.
effect-register-officer = The officer is on file. Each purpose still needs a training before anything is shown.
effect-register-key = Whoever holds the private half signs from the first day on: as this officer, or for the whole member.
effect-suspend-member = From then on nothing is taken from the member and nothing is shown to its officers. What it wrote stays.
effect-lift-member = From then on the member can write and its officers can ask again.
effect-suspend-officer = From then on nothing is shown to the officer, whatever is asked. Each try is listed for the person.
effect-lift-officer = From then on the officer can ask again, within duty and training.
effect-release-officer = From then on the officer can ask again. Looks before the release no longer count.
effect-invite = Whoever makes the passkey signs in as this officer or member of staff. You two each get one half of the code.
effect-give-purpose = From then on the officer holds this purpose. A training for it must be recorded before anything is shown.
deed-proposed = Proposed. { $about }
deed-agreed = Agreed. { $about }
deed-rejected = Rejected. { $about }
deed-taken-back = Taken back. { $about }
deed-trained = Training recorded: { $about }
deed-key-ended = Key ended early: { $about }
deed-passkey-stopped = Passkey stopped: { $about }
deed-sign-in-stopped = Passkeys and sessions of { $holder } stopped. Passkeys: { $passkeys }. Sessions: { $sessions }
deed-next-sign-in-stopped = Tell the holder. Whoever has no passkey left asks for a recovery, which two registrars grant.
deed-recovery-approved = First word for a recovery: { $about }
deed-next-recovery-approved = Another registrar has to agree. Until then nothing stops, and the holder can still refuse.
deed-recovery-granted = Recovery granted: { $about }
deed-next-recovery-granted = Each of the two registrars finds one half of the new code under “Who gets in” and hands it over in person, within { $hours } hours.
deed-recovery-refused = Recovery refused: { $about }
deed-next-recovery-refused = The passkeys stay as they are. Whoever has lost every one asks anew.
deed-done = Done by { $staff }, { $at }.
deed-lasting = Nobody can take this entry out of the journal. If it was a mistake, do what puts it right; both stay readable.
deadlines-title = Which deadlines run?
deadlines-lead = A member that was shown an error gets a notice and confirms it within a week. Here stand ids, members and days, and nothing of what a notice says.
deadlines-late = Late
deadlines-late-empty = No member is late.
deadlines-count = Notices
deadlines-since = Since
deadlines-last = Last step
deadlines-open = To confirm
deadlines-open-empty = No notice waits for a confirmation.
deadlines-notice = Notice
deadlines-due = To confirm by
deadlines-next = Next step
deadlines-is-late = late
deadlines-more = There are more. Those that are due first stand here.
registry-chase-none = none yet
registry-chase-over = The supervisor knows. Nothing more is sent.
registry-chase-next = { $day }: { $step }
settings-title = Law and settings
settings-lead = These are the figures by which this node works.
settings-why = None of them can be changed here, for they are the law's. They came with the program and the profile that was chosen when the node was founded. A profile can add to the floor and take nothing away. Whoever changes one changes the law file, in public, and starts the node anew.
settings-profile = Law profile
settings-approved = Approved by
settings-not-approved = Nobody yet. Such a profile runs in a demo alone.
settings-layers = Layers
settings-zone = Time zone
settings-mode = Kind of node
settings-mode-real = real people
settings-mode-demo = demo, everybody is invented
settings-never = What no item may name
settings-warnings = Weaker than the floor, and not taken
settings-weaker = { $layer }: { $figure }. The law file says “{ $given }”; the floor holds: “{ $kept }”.
settings-holidays = Holidays
settings-holidays-lead = Working days are counted by this calendar, which was given when the node was founded. Without a year's calendar no deadline in working days can reach into it.
settings-holidays-empty = No year is known. Deadlines in working days cannot be counted.
settings-off = Days off
settings-make-up = Make-up days
settings-figures = Figures
settings-figure = Figure
settings-value = Value
settings-basis = Rests on
settings-layer = Set by
audit-title = What did the registry do?
audit-lead = Every deed of a registrar on these pages, by code. Each is an entry of the journal that nobody can take out. Looks of members are not here.
audit-empty = Nothing has been done on these pages yet.
audit-entry = Entry
audit-what = What
audit-staff = By
registry-wrong-code = { $field }: write lower case letters, digits, dots and hyphens, at most 64.
registry-wrong-day = { $field }: write a real day, such as 2027-03-31.
registry-wrong-reason = Write the reason, in { $most } characters or fewer.
registry-wrong-taken = This code is taken. Choose another one.
registry-wrong-member = No member of this code is on file.
registry-wrong-officer = No officer of this code is on file.
registry-wrong-purpose = No item in the catalog names this purpose.
registry-wrong-sector = This purpose belongs to a sector of life that is not the member's. Choose one of the member's own.
registry-wrong-not-held = The officer does not hold this purpose. On the officer's page two registrars give it; then record the training.
registry-wrong-title = { $field }: write it, in { $most } characters or fewer.
registry-wrong-days = The last day must not lie before the first one, nor before today.
registry-wrong-key-days = A key begins today or later and is valid for a year at most.
registry-wrong-other-member = This officer acts for another member.
registry-wrong-key-taken = This public key is registered already. Each key is registered once.
registry-wrong-public-key = This is no Ed25519 public key. Paste the PEM file, base64 or 64 hexadecimal digits.
registry-wrong-no-change = It is so already. Nothing would change.
registry-wrong-unreadable = The proposal cannot be read. Reject it, and propose anew.
registry-wrong-lint = { $count ->
    [one] The lint refuses one thing. Nothing was done.
   *[other] The lint refuses { $count } things. Nothing was done.
}
registry-wrong-no-file = Paste an item file, or choose one.
registry-wrong-backwards = A later version comes into force tomorrow or after. It never applies backwards.
registry-wrong-version = The file does not follow from the versions in the catalog. Give it the next number and a later first day; describe its purposes as they are.
registry-wrong-too-soon = The first day must be { $day } or later: the version has to stand in public before.
registry-wrong-calendar = The notice cannot be counted, for the node's holiday calendar ends before it.
registry-wrong-own = Whoever proposes does not decide. Ask another registrar.
registry-wrong-not-own = Only the registrar who proposed it takes it back. Reject it instead.
registry-wrong-decided = This was decided before. Read what became of it.
registry-wrong-training-days = The last day is today or later, and at most two years ahead.
registry-wrong-key-end = The key can end yesterday at the earliest, and only before its own last day.
registry-wrong-staff = You may not act as a registrar at present. Nothing was done.


## The supervisor
##
## Whoever watches over the node.
##

nav-supervision = Supervision
nav-journal = Journal
supervision-title = Who is late, and is the journal sound?
supervision-lead = The journal has { $entries } entries.
supervision-nobody-late = No member is late.
supervision-late-with = { $count ->
    [one] One notice not confirmed, due on { $since }.
   *[other] { $count } notices not confirmed, the oldest due on { $since }.
}
supervision-late-link = See every late notice
supervision-journal-link = See the journal, or check it now
supervision-draws = Draws announced: { $draws }. Not drawn yet: { $open }.
supervision-draws-link = See the draws, or announce one
supervision-no-file = No page here opens a person's file. A look that would need one is a look that the person sees.
supervision-never-checked = The journal was not checked since this node was started.
supervision-checked = Last check of the journal: { $at }, { $entries } entries, no difference found.
supervision-differs = { $count ->
    [one] The check of { $at } found one difference.
   *[other] The check of { $at } found { $count } differences.
}
supervision-at = { $day }, { $time }
nav-late = Late
nav-samples = Samples
nav-reports = Reports
nav-statistics = Statistics

late-title = Who is late?
late-lead = Each of these members was told of a correction and has not confirmed it in time.
late-member = Member
late-notice = Notice
late-due = Due on
late-last = Done last
late-next = Done next
late-step = { $day }: { $step }
late-nothing-yet = nothing yet
late-with-you = nothing more; it is with you
late-cut = Only the first 500 are shown. More may be late.
late-no-record = The record and the person are not shown. The member finds both under the notice.

supervisor-journal-title = Is the journal sound?
journal-check-now = Check it now
journal-check-text = Every row of the node is told again from the journal and compared. On a large node this takes minutes.
journal-check-next = Stop using this node's answers. Keep its disk as it is, and compare it with the last backup.
journal-findings = What does not hold
journal-more = { $count ->
    [one] One more is not listed.
   *[other] { $count } more are not listed.
}
journal-marked = Signed up to
journal-marked-text = { $entries } entries. A smaller journal is never signed again.
journal-checkpoint-link = See the signed head
journal-witnesses = Witnesses
journal-no-witness = None yet. Until there are some, keep signed heads yourself and compare them.
journal-elsewhere = Check it without this node
journal-elsewhere-text = Save the whole journal. It names nobody. Then run:
journal-elsewhere-text-command = fairfile verify journal.jsonl
journal-export = Save the journal

reports-title = Which figures make the report?
reports-lead = Each file has the last twelve months. It says that the journal had { $entries } entries.
reports-statistic = Statistic
reports-file = File

samples-title = Which looks should be checked?
samples-lead = A draw picks some looks by chance. Then you ask the member for the papers of those cases.
samples-draws = Draws
samples-draw = Draw
samples-empty = No draw was announced yet.
samples-how = How nobody can choose
samples-how-1 = Think of words that nobody can guess. Throw dice for them, at least 20 times.
samples-how-2 = Announce the fingerprint of the words. The operator learns nothing from it.
samples-how-3 = The announcement makes a new root of the journal. You could not know it before.
samples-how-4 = Tell the words. Words and root together make the seed, and the seed picks the entries.
samples-announce = Announce a draw
samples-no-person = Whose file it was is not shown. To open it would be a look, and the person would see it.
draw-announced = Announced
draw-state = State
draw-state-announced = announced, words not told
draw-state-made = drawn on { $at }
draw-fingerprint = Fingerprint of your words
draw-fingerprint-hint = 64 characters, SHA-256. Make it on your own computer; type the words, then Ctrl+D:
draw-fingerprint-command = printf %s "$(cat)" | sha256sum
draw-looks = How many looks
draw-looks-hint = 1 to { $most }
draw-check = Check
draw-bad-fingerprint = The fingerprint has 64 characters, 0 to 9 and a to f. Copy it whole.
draw-bad-looks = Write a number from 1 to { $most }.
draw-reused = This fingerprint was announced before. Think of new words.
draw-sure-title = Announce this draw?
draw-sure-lead = It goes into the journal and stays there. A draw whose words are never told is seen by everybody who checks.
draw-announce = Announce it
draw-words = Your words
draw-words-hint = Exactly as when you made the fingerprint.
draw-other-words = These words do not make the fingerprint. Write them exactly as then, at most { $most } characters.
draw-tell-title = Tell these words and draw?
draw-tell-lead = The words fit. They go into the journal, and the looks are drawn. It cannot be done twice.
draw-now = Draw
draw-officer = { $member }, officer { $officer }
draw-denied = denied ({ $code })
draw-entry-own = { $entry }: a person's own look, which is nobody's business
draw-entry-closed = { $entry }: a look that does not open; check the journal
sample-title = What was drawn?
sample-announced = The draw is announced. Tell your words when you are ready; there is no last day.
sample-made = Drawn on { $at } by { $by }.
sample-none = No look of an officer was among the entries that were drawn.
sample-short = Fewer looks were found than wanted: most entries are of other kinds.
sample-next = Next: ask each member for the papers of the case, outside this system.
sample-entry = Entry
sample-when = When
sample-who = Who
sample-purpose = Purpose
sample-case = Case
sample-outcome = Result
sample-passed = { $count ->
    [one] One other entry was drawn and passed over: it is no look
   *[other] { $count } other entries were drawn and passed over: they are no looks
}
sample-facts = To work it out again
sample-by = Announced by
sample-entries = Entries drawn from
sample-root = Root after the announcement
sample-seed = Seed
sample-again = Anybody can work out the entries again from the root and the words.
sample-again-link = How a draw is worked out
sample-receipt = Save the proof that this is in the journal


## The demo
##
## Read in a demo alone.
##

# Demo: the bar above every page
demo-label = Demo
demo-bar = Demo, invented data. It is { $day } here.
demo-link = The story
demo-who = You are
demo-be = Be this visitor
demo-stay = Somebody who signed in by number
demo-cues = Type here, for everybody is invented:
demo-cue-item = Item
demo-cue-record = Record number
demo-cue-number = Identity number
demo-cue-name = Full name
demo-cue-purpose = Purpose
demo-cue-case = Case number
demo-person = { $name }, { $trade }
demo-public = Everybody
demo-nobody = Not signed in
demo-suspended = { $name } (suspended: cannot sign in)
demo-people = Invented people
demo-officers = Officers
demo-node = Those who run it

# Demo: the story
demo-title = The story of one file
demo-lead = Five minutes in Lanhe, an invented province. Each button makes you one of its visitors and opens the page. Nothing here leaves this machine.
demo-no-people = The people of this story are not on file here. To have the whole story, start a demo with the command “fairfile demo”.
demo-stopped = An officer was stopped
demo-stopped-text = Officer { $officer } asked too often without finding anything, and is denied every question since. Time does not release an officer, and one registrar alone does not either: the first proposes it, and the second agrees.
demo-stopped-propose = Be { $staff } and propose the release
demo-stopped-agree = Be { $staff } and agree to it
demo-step-file = Lin Xiaohe reads her file
demo-step-file-text = She is a pharmacist. An SMS told her that something is new. Her file also holds a ban that was meant for a food trader of the same name. She sees its law, its last day and who was told.
demo-step-outbox = Read the SMS that she got
demo-step-file-button = Be Lin Xiaohe and open the file
demo-step-looks = She sees every look at it
demo-step-looks-text = Refused looks stand there as well. Officer 0418 was denied, because the training had ended.
demo-step-looks-button = Be Lin Xiaohe and see who looked
demo-step-source = The source takes the ban back
demo-step-source-text = Market Regulation wrote the ban. Its officer sends files and corrects single records, each by its own number and the person’s. Nobody can browse what was sent. Choose “One record”, and withdraw it.
demo-step-source-button = Be officer 0201 and go to the desk
demo-step-inquirer = Whoever was told must confirm
demo-step-inquirer-text = The Health Commission was shown the ban. Its officer is told of the correction and confirms it. A question outside the officer’s purposes is denied, and Lin Xiaohe sees that too: the second button leads to one.
demo-step-inquirer-button = Be officer 0417 and go to the desk
demo-step-inquirer-denied = Be officer 0417 and ask out of purpose
demo-step-registrar = The registrar runs all of it and opens no file
demo-step-registrar-text = Deadlines, the catalog, members and officers are here. A catalog item that lets volunteer hours decide loans is refused, with the reason.
demo-step-registrar-button = Be registrar-1 and go to the registry
demo-step-supervisor = The supervisor watches
demo-step-supervisor-text = Who is late, and is the journal sound? Anybody can find out without asking whoever runs the node.
demo-step-supervisor-button = Be the supervisor
demo-step-tamper = Somebody changes one byte
demo-step-tamper-text = The journal is copied, one byte of the copy is changed, and the copy is checked. The journal itself stays as it is: check that one as well.
demo-tamper-changed = Change one byte and check
demo-tamper-whole = Check it unchanged
demo-step-clock = Time passes
demo-step-clock-text = Displays end by themselves, and what is past its retention is destroyed for good. An order about Lin Xiaohe ends within six months. Nobody can read its text after that. What she was told of it stays, with its number in the journal.
demo-step-clock-button = Be Lin Xiaohe and read her messages
demo-clock-now = The demo’s clock stands at { $day }. It stands still until you move it, and never goes back.
demo-clock-machine = This demo goes by the machine’s clock, so it cannot be moved here.
demo-turn-day = One day on
demo-turn-deadline = Twenty days on
demo-turn-half-year = Six months on
demo-moved-to = The clock was moved to { $day }.
demo-moved-ended = { $count ->
    [0] No display ended.
    [one] One display ended: nobody but the person sees that record now.
   *[other] { $count } displays ended: nobody but the persons sees those records now.
}
demo-moved-destroyed = { $count ->
    [0] Nothing was destroyed.
    [one] The content of one record was destroyed. Nobody can read it any more.
   *[other] The content of { $count } records was destroyed. Nobody can read it any more.
}
demo-moved-chased = { $count ->
    [0] No member had to be asked again.
    [one] One notice is overdue, and its member was asked again.
   *[other] { $count } notices are overdue, and their members were asked again.
}
demo-more = Also here
demo-more-outbox = The e-mails and text messages that would have been sent
demo-more-switch = The bar above every page makes you any of the invented visitors.
demo-more-look = Every page is there in Chinese, in dark colours and on paper, and works without scripts.
demo-more-pace = Ten questions of sixteen that find nothing stop an officer. This page says then how two registrars release that officer.
demo-more-stays = Each look that you take stays in the file of the person. Start the demo again to begin anew.



## Messages and settings
##
## What a person is told, and how.
##

nav-messages = Messages
nav-settings = Settings
messages-title = Messages
messages-here-only = Your messages stand here. None is sent elsewhere.
messages-settings = Choose how you are told
messages-by-mail = by e-mail to { $to }
messages-by-sms = by SMS to { $to }
messages-file = What happened in your file
messages-file-lead = This list is made from the file itself: what was written, corrected, taken back, ended and destroyed, and how often others looked. Each look by itself stands under “{ looks-title }”.
messages-empty = Nothing has happened in your file yet.
messages-written = { $item }: received. Others can see it from { $day } on.
messages-corrected = { $item }: corrected.
messages-withdrawn = { $item }: taken back. Its content is destroyed.
messages-ended = { $item }: its time is over. Others do not see it any more.
messages-destroyed = { $item }: the time of keeping it is over, and its content is destroyed. Nobody can read it any more.
messages-looked-more = More than { $count } looks at your file. Each stands under “{ looks-title }”.
messages-none-further = Nothing happened in your file before.
messages-looked =
    { $count ->
        [one] One look at your file.
       *[other] { $count } looks at your file.
    }
messages-sent = What was sent to you
messages-sent-lead = These are the very texts. That we keep them is the proof of sending.
messages-none-sent = Nothing was sent to you.
messages-number = Message no. { $number }
messages-state-sent = Sent
messages-state-sending = On its way
messages-state-failed = Not delivered
messages-failed = We tried for three days, or the address was refused. Check the address in your settings.
messages-leaf = Entry no. { $leaf } of the journal shows when it was written.
messages-older = Older messages are kept and not shown on this page.
my-settings-title = Settings
my-settings-lead = Choose how you are told. What you choose is sealed under your own key.
settings-faults = Nothing was saved. Put this right:
settings-kept = Saved. It counts from the next message on.
settings-to-messages = Go to your messages
settings-channel = Where do messages go?
settings-channel-hint = They never say what is in your file, and no SMS has a link.
settings-channel-page = Only on these pages
settings-channel-mail = By e-mail
settings-channel-sms = By SMS
settings-channel-wrong = Choose where messages go.
settings-mail = E-mail address
settings-mail-wrong = Write one e-mail address, such as name@host.example.
settings-phone = Mobile number
settings-phone-wrong = Write a mobile number of 11 digits, or + and the country before it.
settings-no-way = This node sends no e-mail and no SMS yet. Your messages stand on these pages.
settings-phrase = Your own words, if you want some
settings-phrase-hint = Such as: green umbrella. They stand in every genuine message. Do not use a password.
settings-phrase-length = Your own words must have 2 to 40 characters.
settings-phrase-digits = Your own words must have letters; digits alone look like a code.
settings-phrase-signs = Use letters, digits, spaces and hyphens only.
settings-language = In which language?
settings-language-zh = 中文
settings-language-en = English
settings-language-wrong = Choose a language for your messages.
settings-hours = At which hours?
settings-hours-hint = When somebody signs in as you, we tell you at once.
settings-from = From
settings-until = Until
settings-hours-wrong = The end must be later than the beginning.
settings-looks = How often do we tell you of looks?
settings-looks-hint = The list of looks is whole, whatever you choose.
settings-looks-at-once = At once
settings-looks-daily = Once a day
settings-looks-weekly = Once a week, on Monday
settings-looks-off = Not at all
settings-looks-wrong = Choose how often.
settings-save = Save
settings-pages = Language and colours of these pages
settings-pages-lead = The link at the top changes the language of the pages, the form at the foot their colours.
outbox-title = What would have been sent
outbox-lead = A demo sends nothing. It shows here what people would get. Everybody here is invented.
outbox-empty = Nothing would have been sent yet. Choose a way in the settings of a person.
outbox-mail = E-mail to { $to }
outbox-sms = SMS to { $to }



## Plots
##
## Headlines and what stands beside them.
##

# Plots
plot-few = fewer than { $fewest }
plot-withheld = not said, so that no small number can be worked out
plot-gap = A gap in a line means fewer than { $fewest } in that month, or a number that would give one so small away. The table says which.
plot-empty = There is nothing to show yet.
plot-table = The numbers as a table
plot-csv = The numbers as a file (CSV)
plot-line-described = { $name }: { $first } in { $from }, { $last } in { $until }.

## Signing in
go-on = Go on
sign-in-moment = { $day }, { $time }
sign-in-demo = In this demo: without a provider
sign-in-own = Sign in to read your own file
sign-in-staff = You are an officer, a registrar or a supervisor?
provider-title = On to the identity provider
provider-lead = You sign in with the identity provider of your province. There you show who you are; Fairfile sees no password.
provider-send = Sign in with the identity provider
provider-takes = The provider gives us your ID number, to find your file, and nothing else.
provider-none = Nobody has set up an identity provider for this node yet. A service counter can show you your file.
provider-going = You are going to { $host }. Check that address before you type anything.
provider-going-next = If the page does not open by itself, use the link.
provider-no = You are not signed in
provider-stale = This sign-in was begun in another browser, took too long, or was answered before.
provider-away = The identity provider does not answer. Nothing was opened.
provider-not-confirmed = The identity provider did not confirm the sign-in. Nothing was opened.
provider-does-not-hold = What the identity provider sent does not hold. Nothing was opened, and the operator can see that it happened.
provider-no-number = The identity provider sent no ID number that Fairfile knows. Its help desk can tell you why.
provider-other = This login and this ID number do not belong together here. Nothing was opened.
provider-other-next = It is in the journal. Please tell the registrar, or go to a service counter.
provider-begin-again = You can begin again. If it happens again, ask for help.
welcome-title = You are signed in
welcome-lead = The next page opens by itself. If it does not, use the link.
unfiled-title = There are no records about you here
unfiled-lead = If a member writes one, we tell you before anyone else can see it.
unfiled-next = Nobody was told that you asked.
staff-title = Sign in with a passkey
staff-lead = For officers, registrars and supervisors. Your device asks for its PIN, your finger or your face.
staff-other = Other ways
staff-person = You want to read your own file?
staff-suspended = Whoever is suspended cannot sign in, whatever the device says.
staff-no-answer = The device has not answered. Passkeys need the browser's script on this page.
staff-not-shown = This passkey signs nobody in here. Use another one, or ask for a recovery.
staff-no-name = Browsers make passkeys only where a node has a name. Open this page by its name, or as localhost.
passkey-ask = Ask my device
passkey-waiting = Your device is asking you.
passkey-failed = The device gave no answer. Try again, or use another device.
passkey-no-script = A passkey needs the browser's own script, and it is switched off here. Without it your office can send signed requests; its command line shows how.
invited-title = Make a passkey with an invitation
invited-lead = Two registrars gave you half a one-time code each. It can be used once, within 72 hours.
invited-device = Use a security key, or a key that stays on this device. A passkey that is copied to other devices is refused: each look must be one officer with one device.
invited-code = One-time code
invited-hint = 16 letters and digits, the two halves in either order. Small letters and blanks are fine.
invited-no = This code cannot be used. It is unknown, used or out of time. Ask a registrar for a new one.
make-title = Make your passkey
make-lead = It will be the passkey of { $holder }. Is that you?
make-too-many = You have as many passkeys as one can have. Stop one that you no longer use.
make-synchronised = This passkey can be copied to other devices, so it was not kept. Use a security key, or a key that stays on this device.
make-not-shown = The device did not show who is there. Try again, and confirm with its PIN, finger or face.
made-title = A passkey that was made counts at once
made-lead = Sign in with it from now on. The journal holds that it was made.
made-next = Make a second one on another device soon. Then losing one costs you nothing.
lost-title = You have lost your passkey
lost-lead = If you have another one, sign in with that and stop the lost one. This page is for whoever has none left.
lost-how = Nobody can grant it for 72 hours. The holder's other passkeys show that it was asked for and can refuse it. Then two registrars must agree.
lost-code = Your code
lost-hint = Your officer code, such as 0417, or your staff code.
lost-no-code = Write your code: small letters, digits, dots and hyphens.
lost-send = Ask for a recovery
asked-title = What happens when all passkeys are lost
asked-lead = If somebody of the code that was typed has had a passkey, a recovery has begun. We say the same to everybody who asks.
asked-next = Go to your registrar after 72 hours. Two of them check who you are, and each gives you one half of a new code.
again-title = Show once more who you are
again-lead = The next step binds. Whoever takes it has shown within the last ten minutes who it is. Then you go back to where you were.
again-not-shown = That did not show that it is you. Try again with your own passkey.
again-demo = Go on, this is a demo
again-undone = Nothing has been done yet. Afterwards you come back to the page, and press its button once more.
again-kept = Nothing has been done yet. What you typed waits here for ten minutes; afterwards you send it with one press.
again-lost = Nothing has been done. What you typed could not be kept: please type it once more afterwards.
kept-title = Send it now?
kept-lead = You have shown who you are. Nothing has been done yet: what you typed is still here, as you typed it.
kept-send = Send it now
kept-back = Go back without sending it
kept-none-title = Nothing waits here
kept-none = What was typed has been sent, or has waited for more than ten minutes.
kept-none-next = If nothing was done, please type it once more.
kept-none-home = Go to the first page
keys-title = Your passkeys
keys-lead = You sign in with these. Each stays on its own device.
keys-none = You have no passkey here. In a demo you can come without one.
keys-made = Made
keys-used = Last used
keys-never = Never
keys-stopped = Stopped
keys-id = Number
keys-stop = Stop it for good
keys-stop-means = A stopped passkey never signs anybody in again. Your other sessions end with it.
keys-stop-check = Stop this passkey?
keys-left = Passkeys that you have left
keys-last = This is your last passkey. Once you are signed out you cannot sign in, and need a recovery: it waits { $hours } hours and takes two registrars. You can go back and make another passkey first.
keys-done = Your passkey is stopped
keys-done-lead = It signs nobody in any more, since { $at }. Your other sessions have ended. Reference in the journal: { $id }.
keys-done-last = You have no passkey left. While you are signed in you can still make another; after that you need a recovery.
keys-more = One more
keys-add = Make another passkey
keys-recovery = Somebody says that you lost every passkey. If nobody refuses, it can be granted from { $ripe }.
keys-recovery-see = Say whether it was you
keys-refuse = It was not me: refuse it
keys-refuse-check = Refuse this recovery?
keys-refuse-means = Whoever asked for it gets no new passkey. Yours stay as they are.
keys-refused = The recovery is refused
keys-refused-lead = Whoever asked for it gets no new passkey. Yours stay as they are. Reference in the journal: { $id }.
keys-refused-next = If you did not ask for it, tell a registrar: somebody did in your name.
sessions-title = Where you are signed in
sessions-lead = { $open ->
    [one] You are signed in here and nowhere else.
   *[other] You are signed in { $open } times, this one included.
}
sessions-ends = A session ends after 30 minutes without a click, and after 8 hours in any case.
sessions-end = Sign out everywhere
sessions-provider = This ends your sessions here. The identity provider may still have one of its own; sign out there as well.
entry-title = Who gets in
entry-lead = Officers, registrars and supervisors sign in with passkeys. You see nobody's passkey and nobody's file here.
entry-invite = Invite somebody
entry-invite-means = Only whoever never had a passkey can be invited. It takes two registrars, and each hands over one half of the code. So nobody alone can take an officer's place.
entry-holder = Officer or staff
entry-holder-hint = Such as officer/0417 or staff/registrar-2.
entry-invite-send = Propose the invitation
entry-unknown = Nobody has this code, or two have it. Write officer/0417 or staff/registrar-2.
entry-suspended = This holder is suspended and is not invited.
entry-had = This holder has had a passkey. One more is made with it, or asked for as a recovery.
entry-recoveries = Lost passkeys
entry-recoveries-none = Nobody waits for a recovery.
entry-recoveries-means = Check in person who it is. With the second registrar's word all old passkeys stop, and each of you two gets one half of a new code here.
entry-asked = Asked for
entry-ripe = Can be granted from
entry-first = First registrar
entry-grant = Grant
entry-refuse = Refuse
entry-grant-check = Grant the recovery of { $holder }?
entry-grant-first = Yours is the first word: nothing stops yet. Another registrar has to agree.
entry-grant-second = Yours is the second word. At once all passkeys stop for good, all sessions end, and each of you two gets one half of a new code.
entry-refuse-check = Refuse the recovery of { $holder }?
entry-refuse-means = The holder gets no new code, and all passkeys stay as they are. A day after this one was asked for, the holder can ask anew.
entry-early = This waits until { $until }, so that the holder can still refuse. Nothing was changed.
entry-own = Nobody grants the own recovery. Two other registrars must.
entry-twice = You have agreed already. A second registrar has to.
entry-over = This recovery is over. It has to be asked for again.
entry-own-invitation = Nobody agrees to the own invitation. Two other registrars must.
entry-stop = Stop passkeys at once
entry-stop-means = All passkeys of this holder stop for good and all sessions end. To come back the holder needs a recovery.
entry-stop-send = Stop all of them
entry-halves = Your halves of codes
entry-half = Your half of the code for { $holder }. Check in person who it is, and tell the half to nobody else.
entry-half-next = The other half comes from the other registrar. Both together, in either order, are the code. It can be used once, until { $until }.
purpose-counter-visit = Serving people at a counter
entry-stop-check = Stop the passkeys of { $holder }?
entry-stop-check-means = They stop for good, and nobody can take that back. To come back the holder needs a recovery.
entry-stop-passkeys = Passkeys that stop
entry-stop-sessions = Sessions that end
entry-stop-own = These are your own. They stop for good; only the session in which you read this stays open. To come back you need a recovery.
entry-stop-nothing = This holder has no passkey and no open session. There is nothing to stop.
entry-stop-go = Yes, stop all of them
