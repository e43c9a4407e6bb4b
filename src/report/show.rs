//! How each line of a rule set was understood.
