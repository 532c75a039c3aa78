//! The commands about those who work at a counter, and how persons sign in.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::NodeArg;

/// What somebody who works at the node is there for.
#[derive(Clone, Copy, ValueEnum)]
pub enum OfficeArg {
    /// Registrar: catalog, members, officers, deadlines
    Registry,
    /// Supervisor: checks that nothing is altered, late or off the record
    Supervision,
}

/// Two who answer for something.
#[derive(Args, Clone)]
pub struct TwoArgs {
    /// The one who answers for it
    #[arg(long = "by", value_name = "A")]
    pub first: String,
    /// The other one who answers for it
    #[arg(long = "and", value_name = "B")]
    pub second: String,
    /// The reason in words
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// `fairfile staff`.
#[derive(Subcommand)]
pub enum StaffCommand {
    /// Admit a registrar or a supervisor, who then needs an invitation to sign in
    Add {
        /// The code, such as registrar-1; it stands in the journal, so it is no name
        code: String,
        /// What for
        #[arg(long, value_enum)]
        office: OfficeArg,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
    /// List registrars and supervisors by code
    List {
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
    /// Suspend somebody, whose passkeys then sign nobody in; two people answer for it
    Suspend {
        /// The code
        code: String,
        /// The two.
        #[command(flatten)]
        two: TwoArgs,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
    /// End a suspension; two people answer for it
    Restore {
        /// The code
        code: String,
        /// The two.
        #[command(flatten)]
        two: TwoArgs,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
}

/// `fairfile passkey`.
#[derive(Subcommand)]
pub enum PasskeyCommand {
    /// List the passkeys of one officer, registrar or supervisor
    List {
        /// Whose: officer/0417 or staff/registrar-1; the code alone where it can mean one of them only
        holder: String,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
    /// Stop a passkey at once and for good; its holder needs another one, or a recovery
    Stop {
        /// The passkey, such as psk_0123456789abcdef0123456789abcdef
        passkey: String,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
}

/// `fairfile recovery`.
#[derive(Subcommand)]
pub enum RecoveryCommand {
    /// List the recoveries that wait for two registrars
    List {
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
    /// Ask for one, for somebody who lost every passkey; nobody can grant it for 72 hours
    Ask {
        /// Whose: officer/0417 or staff/registrar-1
        holder: String,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
    /// Grant one: two registrars agree, every old passkey stops, and a new invitation is printed
    Approve {
        /// The recovery, such as rcv_0123456789abcdef0123456789abcdef
        recovery: String,
        /// The code of one registrar
        #[arg(long = "by", value_name = "A")]
        first: String,
        /// The code of the other one; without it the first one's word is noted
        #[arg(long = "and", value_name = "B")]
        second: Option<String>,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
    /// Refuse one
    Refuse {
        /// The recovery
        recovery: String,
        /// The code of a registrar
        #[arg(long = "by", value_name = "A")]
        registrar: String,
        /// The node.
        #[command(flatten)]
        at: NodeArg,
    },
}

/// The province's identity provider, by which persons sign in.
#[derive(Args, Clone)]
pub struct ProviderArgs {
    /// The identity provider by which persons sign in (OpenID Connect), exactly as it names itself
    #[arg(long = "sign-in-issuer", value_name = "URL", env = "FAIRFILE_SIGN_IN_ISSUER", requires = "client")]
    pub issuer: Option<String>,
    /// What the provider knows this node by
    #[arg(long = "sign-in-client", value_name = "ID", env = "FAIRFILE_SIGN_IN_CLIENT", requires = "issuer")]
    pub client: Option<String>,
    /// A file with what this node shows to the provider, in one line; without it PKCE alone protects the code
    #[arg(long = "sign-in-secret", value_name = "FILE", env = "FAIRFILE_SIGN_IN_SECRET_FILE", requires = "issuer")]
    pub secret: Option<PathBuf>,
    /// What the provider is asked for besides `openid`. May be given several times
    #[arg(long = "sign-in-scope", value_name = "SCOPE", env = "FAIRFILE_SIGN_IN_SCOPES", value_delimiter = ' ')]
    pub scope: Vec<String>,
    /// The claim of the ID token that holds a person's number
    #[arg(
        long = "sign-in-number",
        value_name = "CLAIM",
        env = "FAIRFILE_SIGN_IN_NUMBER",
        default_value = "national_id"
    )]
    pub number: String,
    /// The kind of those numbers
    #[arg(long = "sign-in-kind", value_name = "KIND", env = "FAIRFILE_SIGN_IN_KIND", default_value = "cn-resident")]
    pub kind: String,
    /// The claim that holds the kind of a number, where there are several kinds
    #[arg(long = "sign-in-kind-claim", value_name = "CLAIM", env = "FAIRFILE_SIGN_IN_KIND_CLAIM")]
    pub kind_claim: Option<String>,
    /// The authorities that speak for the provider's address, as PEM
    #[arg(
        long = "sign-in-roots",
        value_name = "FILE",
        env = "FAIRFILE_SIGN_IN_ROOTS",
        default_value = "/etc/ssl/certs/ca-certificates.crt"
    )]
    pub roots: PathBuf,
}
