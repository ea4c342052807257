namespace VirtAgents.Cli;

/// <summary>What scripts can tell apart by the exit status; listed in every --help.</summary>
internal enum ExitCode
{
    Success = 0,
    Failure = 1,
    Usage = 2,
    Unreachable = 3,
    NotFound = 4,
    Refused = 5,
    Timeout = 6,
    DirectiveFailed = 7,
    DirectiveExpired = 8,
    DirectiveCancelled = 9,
    StillOpen = 10,
    Unconfirmed = 11,
    Interrupted = 130,
}
