//! The program: arguments, the plan of each subcommand, and the exit code. Nothing is computed here.

mod check;
mod companions;
mod complete;
mod diff;
mod explain;
mod fix;
mod flow_text;
mod git;
mod ingress;
mod init;
mod inputs;
mod merge;
mod output;
mod packets;
mod plan;
mod project;
mod show;
mod since;
mod trace;

use crate::format::{Order, ReadOptions};
use crate::policy::Hook;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;
use std::ffi::OsString;
use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;

/// The exit codes, which the README documents.
pub mod exit {
    /// Every required flow is permitted.
    pub const PERMITTED: u8 = 0;
    /// A required flow is denied, partly denied or intercepted.
    pub const DENIED: u8 = 1;
    /// Wrong usage, or an input that cannot be used.
    pub const ERROR: u8 = 2;
    /// Nothing is denied, but something is undecided.
    pub const UNDECIDED: u8 = 3;
}

/// Proves which of the flows you need a firewall rule set denies, by which line, and what to write instead.
#[derive(Debug, Parser)]
#[command(name = "fwproof", version, max_term_width = 80, after_help = EXIT_HELP)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_HELP: &str = "Exit codes: 0 every required flow is permitted; 1 one is denied, partly denied or intercepted; \
2 wrong usage or an input that cannot be used; 3 nothing is denied but something is undecided.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge every required flow against rule sets
    Check(Box<check::CheckArguments>),
    /// Show the smallest change that lets every required flow pass
    Fix(Box<fix::FixArguments>),
    /// Say what a change breaks, opens and closes: two rule sets, folders or git revisions
    Diff(Box<diff::DiffArguments>),
    /// Follow one conversation rule by rule
    Trace(trace::TraceArguments),
    /// Write a project file for the rule sets of a folder
    Init(init::InitArguments),
    /// Show how each line of a rule set was understood
    Show(show::ShowArguments),
    /// Show, import, update and verify the addresses that requirements are made of
    Ingress(ingress::IngressArguments),
    /// Explain a finding code
    Explain(explain::ExplainArguments),
    /// Join the JSON reports of all parts of an estate
    Merge(merge::MergeArguments),
    /// Print a script that completes commands in a shell
    Completions(complete::CompletionsArguments),
    /// Print the man page, or write one for each subcommand
    Man(complete::ManArguments),
}

/// How rule sets are read and where their flows come from: flags that `check` and `trace` share.
#[derive(Debug, Clone, Args)]
struct SiteArguments {
    /// Addresses of the clients [default: what the rule set says, else RFC 1918 and fc00::/7]
    #[arg(long = "from", value_name = "CIDR", value_parser = prefix)]
    from: Vec<IpNet>,
    /// Interface (or ASA nameif) by which the clients enter
    #[arg(long = "in-interface", visible_alias = "from-interface", value_name = "IF")]
    in_interface: Vec<String>,
    /// Interface (or ASA nameif) by which the flows leave
    #[arg(long = "out-interface", visible_alias = "to-interface", value_name = "IF")]
    out_interface: Vec<String>,
    /// Where the clients are: behind the machine that has these rules, or on it [default: forward]
    #[arg(long, value_name = "HOOK", value_parser = hooks())]
    hook: Option<Hook>,
    #[command(flatten)]
    reading: ReadingArguments,
}

/// Which files are one firewall: a flag that all subcommands with rule sets share.
#[derive(Debug, Args)]
struct FirewallArguments {
    /// Files that are one firewall, by a name for reports; repeat for several firewalls
    ///
    /// Each family may stand in one of the files only. Without the flag, two iptables dumps in one folder are one
    /// firewall when one is for IPv4 and the other for IPv6, and nothing else tells their names apart: fw.v4 and fw.v6,
    /// fw.rules and fw.rules6, iptables-save.txt and ip6tables-save.txt.
    #[arg(long = "firewall", value_name = "NAME=FILE,FILE")]
    firewalls: Vec<inputs::NamedFirewall>,
}

/// How rule sets are read: flags that all subcommands share.
#[derive(Debug, Default, Clone, Args)]
struct ReadingArguments {
    /// Read the rule sets as this format instead of recognising it
    #[arg(long, value_name = "FORMAT", value_parser = format_names())]
    format: Option<String>,
    /// The sets that iptables rules refer to: output of `ipset save` or `ipset list` (repeat for several)
    #[arg(long, value_name = "FILE")]
    ipset: Vec<PathBuf>,
    /// Treat anything that was not understood as an error (exit code 2)
    #[arg(long)]
    strict: bool,
    /// The date by which time ranges and ages are judged [default: SOURCE_DATE_EPOCH, else today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    date: Option<String>,
    /// Judge this access list alone, bound or not, and leave the rest of the device out (ASA, IOS, Ansible), or this filter of a policy (Aerleon)
    #[arg(long, value_name = "NAME")]
    acl: Option<String>,
    /// Take these as the addresses of a host name in rules and required flows; nothing is ever looked up (repeat for
    /// several names)
    #[arg(long, value_name = "NAME=ADDR,...")]
    resolve: Vec<crate::ingress::Resolution>,
    /// Of a list of rules with priorities: ask the lowest number first, or ask in the order of the file (yaml-list)
    #[arg(long, value_enum)]
    order: Option<OrderName>,
    /// The platform whose rendering of a policy is judged, such as cisco or speedway (aerleon)
    #[arg(long, value_name = "NAME")]
    target: Option<String>,
    /// A folder with definitions of networks and services, *.yaml (aerleon)
    #[arg(long, value_name = "DIR")]
    definitions: Option<PathBuf>,
    /// The folder below which included files lie [default: that of the rule set, then the one above it] (aerleon)
    #[arg(long, value_name = "DIR")]
    includes: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OrderName {
    Priority,
    File,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputName {
    Human,
    Json,
}

fn format_names() -> PossibleValuesParser {
    let row = |f: &crate::format::Format| PossibleValue::new(f.name).help(f.about);
    PossibleValuesParser::new(crate::format::FORMATS.iter().map(row))
}

fn hooks() -> impl TypedValueParser<Value = Hook> {
    let about = |hook| match hook {
        Hook::Forward => "the machine forwards for the clients: FORWARD decides",
        Hook::Output => "the machine is the client (iptables only): OUTPUT decides, and INPUT about the answers",
    };
    let row = |hook: Hook| PossibleValue::new(hook.name()).help(about(hook));
    let names = PossibleValuesParser::new([Hook::Forward, Hook::Output].map(row));
    names.map(|name| if name == Hook::Output.name() { Hook::Output } else { Hook::Forward })
}

/// A prefix, or a bare address as the prefix that holds only it; host bits are cut off.
fn prefix(text: &str) -> Result<IpNet, String> {
    let address = || text.parse().map(|a: std::net::IpAddr| IpNet::from(a));
    let net: Result<IpNet, _> = text.parse();
    net.or_else(|_| address())
        .map(|n| n.trunc())
        .map_err(|_| format!("`{text}` is neither an address nor a prefix such as 10.20.0.0/16"))
}

fn date(text: &str) -> Result<String, String> {
    let date: Result<crate::ingress::Date, _> = text.parse();
    date.map(|_| text.to_owned()).map_err(|_| format!("`{text}` is not a date such as 2026-01-31"))
}

impl SiteArguments {
    fn hook(&self) -> Hook {
        self.hook.unwrap_or_default()
    }

    /// How rule sets are read for judging; an error where the flags contradict each other.
    fn options(&self) -> Result<ReadOptions, String> {
        if self.hook() == Hook::Output && !self.in_interface.is_empty() {
            return Err(
                "`--in-interface` and `--hook output` exclude each other: what the machine itself sends has come \
                        in by no interface"
                    .to_owned(),
            );
        }
        Ok(ReadOptions { hook: self.hook(), ..self.reading.options(false) })
    }
}

impl ReadingArguments {
    /// What readers are told.
    fn options(&self, detail: bool) -> ReadOptions {
        let order = self.order.map(|order| match order {
            OrderName::Priority => Order::Priority,
            OrderName::File => Order::File,
        });
        let (acl, target) = (self.acl.clone(), self.target.clone());
        let mut options = ReadOptions { detail, date: self.date(), acl, order, target, ..ReadOptions::default() };
        for resolution in &self.resolve {
            options.resolutions.entry(resolution.name.clone()).or_default().extend(&resolution.addresses);
        }
        options
    }

    fn today(&self) -> crate::ingress::Date {
        today(self.date.as_deref())
    }

    fn date(&self) -> String {
        date_of_run(self.date.as_deref())
    }
}

/// The date of a run as text: of the flag, else of SOURCE_DATE_EPOCH, else of the clock.
fn date_of_run(flag: Option<&str>) -> String {
    let of_environment = || plan::date_of_run(std::env::var("SOURCE_DATE_EPOCH").ok().as_deref());
    flag.map_or_else(of_environment, str::to_owned)
}

/// The date of a run. Each form in which it is given was read before, so the day that stands in for another one is never
/// used.
fn today(flag: Option<&str>) -> crate::ingress::Date {
    let unused = crate::ingress::Date { year: 1970, month: None, day: None };
    date_of_run(flag).parse().unwrap_or(unused)
}

/// Runs the program with the arguments of a command line (the first one is the program's name); returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            // It repeats arguments, and those may be names of files.
            let _ = write!(std::io::stderr(), "{}", crate::report::printable(&error.to_string()));
            return exit::ERROR;
        }
        Err(help) => return if help.print().is_ok() { exit::PERMITTED } else { exit::ERROR },
    };
    let result = match &arguments.command {
        Command::Check(check) => check::run(check),
        Command::Fix(fix) => fix::run(fix),
        Command::Diff(diff) => diff::run(diff),
        Command::Trace(trace) => trace::run(trace),
        Command::Init(init) => init::run(init),
        Command::Show(show) => show::run(show),
        Command::Ingress(ingress) => ingress::run(ingress),
        Command::Explain(explain) => explain::run(explain),
        Command::Merge(merge) => merge::run(merge),
        Command::Completions(completions) => complete::completions(completions),
        Command::Man(man) => complete::man(man),
    };
    match result {
        Ok(done) => finish(&done),
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "error: {}", crate::report::printable(&message));
            exit::ERROR
        }
    }
}

/// What a subcommand wants printed, and the exit code.
struct Done {
    output: String,
    code: u8,
}

/// Prints. A reader that went away (`| head`) is no error; a full disk is.
fn finish(done: &Done) -> u8 {
    let mut out = std::io::stdout().lock();
    match out.write_all(done.output.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            let _ = writeln!(std::io::stderr(), "error: cannot write the output: {error}");
            exit::ERROR
        }
        _ => done.code,
    }
}

fn use_color() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// A file of requirements, or another companion, read whole.
fn read_text(path: &PathBuf) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|e| format!("cannot read `{}`: {e}", path.display()))?;
    String::from_utf8(bytes)
        .map_err(|e| format!("`{}` is not UTF-8 (at byte {})", path.display(), e.utf8_error().valid_up_to()))
}

/// A list of addresses, from a file or from standard input (`-`), within the limit of every text.
fn read_list(path: &PathBuf) -> Result<String, String> {
    if path.as_os_str() != "-" {
        return read_text(path);
    }
    let mut bytes = Vec::new();
    let limit = crate::format::MAX_TEXT as u64 + 1;
    let read = std::io::stdin().lock().take(limit).read_to_end(&mut bytes);
    read.map_err(|error| format!("cannot read standard input: {error}"))?;
    String::from_utf8(bytes).map_err(|_| "standard input is not UTF-8".to_owned())
}

/// The command-line grammar, for completions and tests.
pub fn command() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}
