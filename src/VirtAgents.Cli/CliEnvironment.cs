namespace VirtAgents.Cli;

/// <summary>Everything a command touches of the process around it, so that tests can run the whole pipeline.</summary>
internal sealed record CliEnvironment
{
    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    public required TimeProvider Time { get; init; }

    public required Func<string, string?> Variable { get; init; }

    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether a person can be asked: input and messages are both a terminal.</summary>
    public bool CanAsk { get; init; }

    /// <summary>The next line that is typed; null at the end of the input. Blocks.</summary>
    public Func<string?> ReadLine { get; init; } = static () => null;

    /// <summary>Name of this machine, for the record of who sent a directive.</summary>
    public string MachineName { get; init; } = "localhost";

    /// <summary>Columns and lines of the terminal; asked again for each picture since windows are resized.</summary>
    public Func<(int Width, int Height)> TerminalSize { get; init; } = static () => (80, 24);

    /// <summary>The next key that was pressed, or null when there is none waiting.</summary>
    public Func<ConsoleKey?> ReadKey { get; init; } = static () => null;
}
