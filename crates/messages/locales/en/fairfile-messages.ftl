# What people are told by e-mail and SMS. One fact, one next step, a date; never content, a kind of record, or a member.

## Who speaks, and the words by which a genuine message is known

node-name = Fairfile
head = { $name }:
head-with-phrase = { $name }, { $phrase }:

## The facts, in whole sentences; in an SMS they follow the head

written-subject = something new is in your file
written = Something new is in your file. You can read it before others see it on { $day }.
written-shown = Something new is in your file. Others can see it since { $day }.
corrected-subject = something in your file was corrected
corrected = Something in your file was corrected on { $day }. Look at it and see who is told.
withdrawn-subject = something in your file was taken back
withdrawn = Something in your file was taken back on { $day }. Look at it and see who is told.
ended-subject = something in your file has ended
ended = Others could see something in your file until { $day }. They do not any more. You still do.
destroyed-subject = something in your file was destroyed
destroyed = Something in your file was kept until { $day } and is destroyed now. Nobody can read it any more. There is nothing to do.
looked-subject = looks at your file
looked =
    { $count ->
        [one] There was one look at your file up to { $day }. See 'Who looked'.
       *[other] There were { $count } looks at your file up to { $day }. See 'Who looked'.
    }
signed-in-subject = your file was read
signed-in = Somebody signed in as you and read your file on { $day } at { $time }. If it was not you, go to a service counter now.
copied-subject = a copy of your file was taken
copied = Somebody signed in as you and took a copy of your file on { $day } at { $time }. If it was not you, go to a service counter now.
moved-subject = your messages go elsewhere from now on
moved = Your messages go elsewhere from now on. You chose so on { $day } at { $time }. If it was not you, go to a service counter now.

## Around them

no-links = Open Fairfile yourself; we send no links.
mail-subject = { $name }: { $subject }
mail-phrase = Your words: { $phrase }.
mail-how = To read it, open Fairfile yourself ({ $home }) and sign in.
mail-help = There is help at any service counter.
mail-help-phone = Help by phone: { $phone }.
mail-help-hours = Help by phone: { $phone }, { $hours }.
mail-help-post = By post: { $post }.
mail-kept = This message is kept under Messages, no. { $number }. Fairfile never asks for your ID number, a code or money.

## To those who work at a counter

recovery-subject = somebody says that you lost every passkey
recovery = Somebody says that you lost every passkey. Unless it is refused, two registrars can let a new one be made from { $day } at { $time }.
recovery-yours = If it was you, there is nothing to do. If not, open Fairfile yourself ({ $home }), sign in and refuse it, or call your registrar now.
recovery-never = Fairfile never asks for a passkey, a code or money by e-mail.
confirm-subject =
    { $count ->
        [one] your office has a notice to confirm
       *[other] your office has { $count } notices to confirm
    }
confirm =
    { $count ->
        [one] Your office has a notice to confirm.
       *[other] Your office has { $count } notices to confirm.
    }
confirm-left =
    { $left ->
        [0] Today, { $day }, is the last day.
        [one] One day is left; the last day is { $day }.
       *[other] { $left } days are left; the last day is { $day }.
    }
confirm-next = To confirm, open Fairfile yourself ({ $home }), sign in and go to Notices.
late-subject =
    { $count ->
        [one] your office is late with a notice
       *[other] your office is late with { $count } notices
    }
late =
    { $count ->
        [one] Your office is late: a notice was to be confirmed by { $day }.
       *[other] Your office is late: { $count } notices were to be confirmed by { $day }.
    }
late-list-subject =
    { $count ->
        [one] one notice is late
       *[other] { $count } notices are late
    }
late-list =
    { $count ->
        [one] One notice is late on { $day }.
       *[other] { $count } notices are late on { $day }.
    }
late-list-next = To see whose they are, open Fairfile yourself ({ $home }), sign in and go to Supervision.
training-subject = a training of yours ends soon
training =
    { $count ->
        [one] A training of yours is valid until { $day }.
       *[other] { $count } trainings of yours are valid until { $day }.
    }
training-next = Ask your registrar how to renew it. To see for which purpose, open Fairfile yourself ({ $home }) and sign in.
key-subject = a key of your office ends soon
key =
    { $count ->
        [one] A key with which requests are signed is valid until { $day }.
       *[other] { $count } keys with which requests are signed are valid until { $day }.
    }
key-next = Make a new one, and have your registrar enter it by that day.
check-failed-subject = the check of the journal failed
check-failed = The check of the journal of { $day } at { $time } failed. Differences found: { $count }.
check-failed-next = Call whoever runs the node now. To see more, open Fairfile yourself ({ $home }), sign in and go to Journal.
batch-subject = a file of your office was checked
batch = A file was checked on { $day }. Rows: { $received }. Taken: { $accepted }. Turned away: { $rejected }. On file already: { $duplicate }. Waiting for a decision: { $waiting }.
batch-next = To see which rows, open Fairfile yourself ({ $home }), sign in and go to Batches.
stopped-subject = you were stopped
stopped = You were stopped, for your questions looked like a search. You are shown nothing until two registrars agree.
stopped-next = Call your registrar.
which = Which: { $ids }.
which-more = Which: { $ids }, and { $more } more.

## Days and times

day = { $day } { $month }
day-with-year = { $day } { $month } { $year }
month =
    { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[other] December
    }
