//! The door for everybody: what is kept and by which law, and what the journal is checked with. No names of people.

pub(crate) mod catalog;
pub(crate) mod health;
pub(crate) mod journal;
pub(crate) mod landing;
pub(crate) mod problems;

/// A text as it may stand in a page.
fn escaped(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            _ => page.push(c),
        }
    }
    page
}

/// A page: one heading and what stands under it.
fn page(lang: &str, title: &str, main: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{main}</main>\n</body>\n</html>\n"
    )
}
