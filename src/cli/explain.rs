//! `fwproof explain CODE`.

use super::{Done, exit};
use crate::finding::Code;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The code of a finding, such as dns-443-missing; without one, all codes are listed
    code: Option<String>,
}

pub(super) fn run(arguments: &ExplainArguments) -> Result<Done, String> {
    let Some(name) = &arguments.code else {
        let width = Code::ALL.iter().map(|c| c.name().len()).max().unwrap_or(0);
        let line = |c: &Code| format!("{:width$} {}\n", c.name(), c.about());
        return Ok(Done { output: Code::ALL.iter().map(line).collect(), code: exit::PERMITTED });
    };
    match name.parse::<Code>() {
        Ok(code) => Ok(Done { output: code.page().to_owned(), code: exit::PERMITTED }),
        Err(_) => {
            let near = crate::yaml::nearest(name, Code::ALL.iter().map(|c| c.name()));
            let hint = near.map_or_else(String::new, |n| format!("; did you mean `{n}`?"));
            Err(format!("there is no finding code `{name}`{hint} (`fwproof explain` lists all)"))
        }
    }
}
