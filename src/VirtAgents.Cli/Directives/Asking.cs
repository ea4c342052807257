namespace VirtAgents.Cli.Directives;

/// <summary>The question at the terminal.</summary>
internal static class Asking
{
    /// <summary>Ends where nobody can be asked.</summary>
    public static void RefuseWithoutTerminal(CommandContext context, string what)
    {
        if (!context.Environment.CanAsk)
        {
            throw new CliFailureException(ExitCode.Unconfirmed, $"{what} is to be confirmed and there is no terminal to ask at; give --yes. Nothing was sent.");
        }
    }

    /// <summary>Goes on when somebody says yes.</summary>
    public static async Task AskAsync(CommandContext context, CancellationToken cancel)
    {
        context.Environment.Error.Write("Type yes to go on: ");
        context.Environment.Error.Flush();

        // Reading cannot be cancelled; the thread that reads ends with the process.
        var answer = await Task.Run(context.Environment.ReadLine, CancellationToken.None).WaitAsync(cancel);
        if (answer?.Trim() is not ("yes" or "y"))
        {
            throw new CliFailureException(ExitCode.Unconfirmed, "not confirmed; nothing was sent.");
        }
    }
}
