//! Inputs that no node takes, each with marks of its own: whatever is said about them must not repeat them.

use std::fmt::Write as _;

use fairfile_testkit::people::identity_number;
use fairfile_testkit::sheet::csv;
use serde_json::json;

use crate::cast::{KINDS, Someone, row};
use crate::desk::{Answered, Desk};
use crate::marks::Mint;
use crate::table::Fate;

/// A cell that is wrong, with the mark in it.
type Spoil = fn(&str) -> String;

/// What a stranger says, one after the other, with what is wrong about it.
pub struct Hostile<'a> {
    mint: &'a mut Mint,
    /// Somebody on file.
    known: &'a Someone,
}

impl<'a> Hostile<'a> {
    /// Strangers who know somebody on file.
    pub fn new(mint: &'a mut Mint, known: &'a Someone) -> Self {
        Self { mint, known }
    }

    fn mark(&mut self, place: &str) -> String {
        self.mint.letters(Fate::IsTurnedAway, place)
    }

    /// A file of pharmacists each row of which has something wrong with it, and one that is no table at all.
    pub fn files(&mut self, first_number: u32) -> [(&'static str, Vec<u8>); 4] {
        let wrong: [(&str, Spoil); 9] = [
            ("granted_on", |mark| mark.to_owned()),
            ("valid_until", |mark| format!("2031-13-31 {mark}")),
            ("class", |mark| mark.to_owned()),
            ("issuing_authority", |mark| mark.repeat(4)),
            ("issuing_authority", |mark| format!("{mark}\u{7}")),
            ("registration_no", |mark| mark.repeat(3)),
            ("name", |mark| format!("{mark}7")),
            ("identifier", |mark| mark.to_owned()),
            ("name", |_| String::new()),
        ];
        let mut rows = Vec::new();
        for (place, (input, write)) in wrong.into_iter().enumerate() {
            let number = identity_number(first_number + place as u32);
            self.mint.keep(number.as_bytes(), Fate::IsTurnedAway, "number of somebody turned away");
            let (name, mark) = (self.mark("name of somebody turned away"), self.mark(input));
            let sound = row(self.mint, &KINDS[0], Fate::IsTurnedAway, (&number, &name)).expect("a row");
            rows.push(sound.with(input, &write(&mark)));
        }
        let misnamed = self.mark("another name for a known number");
        rows.push(row(self.mint, &KINDS[0], Fate::IsTurnedAway, (&self.known.number, &misnamed)).expect("a row"));
        let mut table = csv(&rows);
        writeln!(table, "\"{}\",\"{}", self.mark("a quote that does not end"), self.mark("a quote")).expect("memory");
        let lines = format!(
            "{{\"identifier\": {{\"{}\": [\"{}\"]}}}}\n{{\"{}\n",
            self.mark("a JSON key"),
            self.mark("a JSON list"),
            self.mark("a JSON key that does not end")
        );
        let workbook = format!("PK\u{3}\u{4}{}", self.mark("a broken workbook")).into_bytes();
        let other = format!("{},{}\n{},x\n", self.mark("a heading"), self.mark("a heading"), self.mark("a cell"));
        [
            ("rows.csv", table.into_bytes()),
            ("lines.jsonl", lines.into_bytes()),
            ("book.xlsx", workbook),
            ("other.csv", other.into_bytes()),
        ]
    }

    /// Corrections that cannot be made.
    pub fn corrections(&mut self) -> Vec<u8> {
        let record = &self.known.records[0];
        let (number, person) = (record.says(record.kind.number).to_owned(), self.known.number.clone());
        let mut text = "act,number,identifier,input,new value,reason\n".to_owned();
        let marks: Vec<String> = (0..9).map(|_| self.mark("a correction that is not made")).collect();
        let [act, unknown, value, identifier, input, day, reason, words, late] = &marks[..] else { unreachable!() };
        for row in [
            format!("{act},{number},{person},issuing_authority,{value},entered-wrongly"),
            format!("correct,{unknown},{person},issuing_authority,{late},entered-wrongly"),
            format!("correct,{number},{identifier},issuing_authority,{late},entered-wrongly"),
            format!("correct,{number},{person},{input},{late},entered-wrongly"),
            format!("correct,{number},{person},valid_until,{day},entered-wrongly"),
            format!("correct,{number},{person},issuing_authority,{late},{reason}"),
            format!("withdraw,{number},{person},,,{reason}: {words}"),
        ] {
            text += &row;
            text.push('\n');
        }
        text.into_bytes()
    }

    /// Everything that is no file, with what came back.
    pub fn requests(&mut self, desk: &Desk) -> Vec<(&'static str, Answered)> {
        let mut all = self.questions(desk);
        let json = || ("content-type", "application/json".to_owned());
        let mark = self.mark("an address");
        all.push(("an address", desk.get(&format!("/api/people/{mark}?name={mark}"))));
        all.push(("a problem", desk.get(&format!("/problems/{mark}"))));
        all.push(("an item", desk.get(&format!("/api/catalog/{mark}"))));
        all.push(("a tile", desk.get(&format!("/journal/tile/0/{mark}"))));
        all.push(("a batch", desk.get_signed(&format!("/api/batches/{mark}"), "court")));
        all.push(("a notice", desk.post(&format!("/api/notices/{mark}/confirmation"), "court", "once", b"{}")));
        all.push(("a query", desk.get_signed(&format!("/api/outbox?after={mark}"), "court")));
        let mark = self.mark("a header");
        all.push((
            "a host",
            desk.sends_raw(format!("GET / HTTP/1.1\r\nhost: {mark}\r\nconnection: close\r\n\r\n").as_bytes()),
        ));
        all.push(("a method", desk.sends(&mark.to_uppercase(), "/api", &[], b"")));
        all.push(("a token", desk.get_as_person("/api/my/file", &mark)));
        let headers = [("signature", mark.clone()), ("signature-input", mark.clone()), json()];
        all.push(("a signature", desk.sends("POST", "/api/inquiries", &headers, mark.as_bytes())));
        all.push(("no HTTP", desk.sends_raw(format!("{mark} {mark}\r\n{mark}\r\n\r\n").as_bytes())));
        all.push(("long headers", desk.sends("GET", "/", &[("x-long", mark.repeat(1_000))], b"")));
        let mark = self.mark("a receipt");
        let receipt = json!({ "schema": mark, "event": mark, "salt": { "mark": mark } }).to_string();
        all.push(("a receipt", desk.sends("POST", "/api/receipts/standing", &[json()], receipt.as_bytes())));
        let number = self.mark("a number that signs in");
        all.push(("a sign-in", desk.signs_in(&number)));
        let stranger = identity_number(77_777);
        self.mint.keep(stranger.as_bytes(), Fate::IsTurnedAway, "number of nobody");
        all.push(("a stranger's sign-in", desk.signs_in(&stranger)));
        all
    }

    fn questions(&mut self, desk: &Desk) -> Vec<(&'static str, Answered)> {
        let mut all = Vec::new();
        let (number, name) = (self.known.number.clone(), self.known.name.clone());
        let mark = self.mark("a question");
        let question = |purpose: &str, case: &str, kind: &str, number: &str, name: &str| {
            let identifier = json!({ "kind": kind, "number": number });
            json!({ "purpose": purpose, "case": case, "identifier": identifier, "name": name }).to_string()
        };
        let all_wrong = question(&format!("{mark}!"), &format!("{mark}\u{1}"), &mark, &mark, &format!("{mark}9"));
        let wrong_digit = question("licence-renewal", "1", "cn-resident", &format!("{number}{mark}"), &name);
        let unknown_key = format!("{{\"{mark}\": \"{mark}\"}}");
        let too_long = question("licence-renewal", "1", "cn-resident", &number, &mark.repeat(1_000));
        // Both are looks, and the person reads in which case.
        let case = self.mint.letters(Fate::IsACase, "case of a look that showed nothing");
        let other_purpose = question("physician-hiring", &case, "cn-resident", &number, &name);
        let other_name = question("licence-renewal", &case, "cn-resident", &number, &self.mark("another name"));
        for (place, (what, body)) in [
            ("all inputs wrong", all_wrong),
            ("a wrong number", wrong_digit),
            ("an unknown key", unknown_key),
            ("a question that is too long", too_long),
            ("a look without training", other_purpose),
            ("a look under another name", other_name),
            ("no JSON", format!("[{mark}")),
        ]
        .into_iter()
        .enumerate()
        {
            all.push((what, desk.post("/api/inquiries", "0418", &format!("hostile-{place}"), body.as_bytes())));
        }
        let once = format!("{mark}\u{e9}");
        let headers: Vec<_> = desk.signed("POST", "/api/inquiries", "0417", Some((b"{}", "x")));
        all.push(("another body", desk.sends("POST", "/api/inquiries", &headers, mark.as_bytes())));
        let headers = [headers.as_slice(), &[("idempotency-key", once)]].concat();
        all.push(("an idempotency key", desk.sends("POST", "/api/inquiries", &headers, b"{}")));
        let twice = question("licence-renewal", &self.mark("case of a key used twice"), "cn-resident", &number, &name);
        all.push(("a member's key", desk.post("/api/inquiries", "court", &mark, twice.as_bytes())));
        all
    }
}
