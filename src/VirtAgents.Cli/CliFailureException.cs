namespace VirtAgents.Cli;

/// <summary>Ends a command with one line on standard error and an exit code.</summary>
internal sealed class CliFailureException(ExitCode code, string message, Exception? cause = null) : Exception(message, cause)
{
    public ExitCode Code { get; } = code;
}
