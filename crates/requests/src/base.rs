//! The signed text ("signature base", RFC 9421, 2.5): a line for each covered component, the parameters last.

use sfv::{BareItem, Item};

use crate::{
    MAX_COMPONENTS, MAX_SIGNED_TEXT,
    fault::SignatureFault,
    message::{Message, Target},
};

/// A part of a request that a signature covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Component {
    Method,
    TargetUri,
    Authority,
    Scheme,
    RequestTarget,
    Path,
    Query,
    Header(String),
}

impl Component {
    /// The component of this name, as the signed text writes it.
    pub(crate) fn read(name: &str) -> Result<Self, SignatureFault> {
        let in_header_names = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&c);
        match name {
            "@method" => Ok(Self::Method),
            "@target-uri" => Ok(Self::TargetUri),
            "@authority" => Ok(Self::Authority),
            "@scheme" => Ok(Self::Scheme),
            "@request-target" => Ok(Self::RequestTarget),
            "@path" => Ok(Self::Path),
            "@query" => Ok(Self::Query),
            _ if !name.is_empty() && name.bytes().all(in_header_names) => Ok(Self::Header(name.to_owned())),
            _ => Err(SignatureFault::ComponentUnknown),
        }
    }

    /// The name that [`Component::read`] reads.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Method => "@method",
            Self::TargetUri => "@target-uri",
            Self::Authority => "@authority",
            Self::Scheme => "@scheme",
            Self::RequestTarget => "@request-target",
            Self::Path => "@path",
            Self::Query => "@query",
            Self::Header(name) => name,
        }
    }

    /// What the component is in this request.
    fn value(&self, message: &Message<'_>, target: &Target<'_>) -> Result<String, SignatureFault> {
        let value = match self {
            Self::Method => message.method.to_owned(),
            Self::TargetUri => target.uri(),
            Self::Authority => target.authority.clone(),
            Self::Scheme => target.scheme.to_owned(),
            Self::RequestTarget => target.request_target(),
            Self::Path => target.path.to_owned(),
            Self::Query => target.query(),
            Self::Header(name) => message.header(name).ok_or(SignatureFault::ComponentAbsent)?,
        };
        // A line break in a value would be a line of its own in the signed text: another component, invented.
        if !value.bytes().all(|c| matches!(c, b' '..=b'~' | b'\t')) {
            return Err(SignatureFault::Unsignable);
        }
        Ok(value)
    }
}

/// What a signature covers: plain components, each once.
pub(crate) fn read_components(items: &[Item]) -> Result<Vec<Component>, SignatureFault> {
    if items.len() > MAX_COMPONENTS {
        return Err(SignatureFault::TooManyComponents);
    }
    let mut components = Vec::with_capacity(items.len());
    for item in items {
        let BareItem::String(name) = &item.bare_item else { return Err(SignatureFault::ComponentUnknown) };
        if !item.params.is_empty() {
            return Err(SignatureFault::ComponentUnknown);
        }
        let component = Component::read(name.as_str())?;
        if components.contains(&component) {
            return Err(SignatureFault::ComponentTwice);
        }
        components.push(component);
    }
    Ok(components)
}

/// The text that is signed. `parameters` ends it as they stand in `Signature-Input`.
pub(crate) fn signed_text(
    message: &Message<'_>,
    target: &Target<'_>,
    components: &[Component],
    parameters: &str,
) -> Result<String, SignatureFault> {
    message.check_method()?;
    let mut text = String::new();
    for component in components {
        let value = component.value(message, target)?;
        if text.len() + value.len() + parameters.len() > MAX_SIGNED_TEXT {
            return Err(SignatureFault::TooLarge);
        }
        for part in ["\"", component.name(), "\": ", &value, "\n"] {
            text.push_str(part);
        }
    }
    text.push_str("\"@signature-params\": ");
    text.push_str(parameters);
    if text.len() > MAX_SIGNED_TEXT { Err(SignatureFault::TooLarge) } else { Ok(text) }
}
