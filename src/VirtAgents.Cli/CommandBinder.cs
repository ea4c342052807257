using System.CommandLine;

namespace VirtAgents.Cli;

/// <summary>Ties commands to the environment they run in and to the common options.</summary>
internal sealed class CommandBinder(CliEnvironment environment)
{
    public CliEnvironment Environment => environment;

    public CommonOptions Common { get; } = new(environment);

    public void Run(Command command, Func<ParseResult, CommandContext, CancellationToken, Task<ExitCode>> run) =>
        command.SetAction(async (parse, cancel) =>
        {
            using var context = new CommandContext(environment, Common.Read(parse));
            return (int)await run(parse, context, cancel);
        });
}
