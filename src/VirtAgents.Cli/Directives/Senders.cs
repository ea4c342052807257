using System.CommandLine;

namespace VirtAgents.Cli.Directives;

/// <summary>Who acts and why: the options that end up in the record of what was done.</summary>
internal sealed class Senders
{
    private readonly CliEnvironment _environment;

    public Senders(CliEnvironment environment) => _environment = environment;

    public Option<string?> Reason { get; } = new("--reason") { Description = "Why; kept in the record.", HelpName = "TEXT" };

    public Option<string?> Actor { get; } = new("--actor") { Description = "Who; kept in the record. Default: user@machine.", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Add(Reason);
        command.Add(Actor);
    }

    public string ReasonOf(ParseResult parse) => parse.GetValue(Reason) ?? "";

    public string ActorOf(ParseResult parse) => parse.GetValue(Actor) ?? $"{UserName()}@{_environment.MachineName}";

    private string UserName() =>
        new[] { _environment.Variable("USER"), _environment.Variable("LOGNAME"), _environment.Variable("USERNAME") }.FirstOrDefault(name => !string.IsNullOrEmpty(name)) ?? "unknown";
}
