using System.CommandLine;

namespace VirtAgents.Cli.Directives;

/// <summary>How directives are sent, whatever they are.</summary>
/// <param name="DryRun">Only ask whether it could be done.</param>
/// <param name="Wait">How long to wait for the end; null = not at all.</param>
/// <param name="Deadline">How long it may wait before it is begun; null = as the collector has it.</param>
/// <param name="Id">UUID to know it by; null = drawn here.</param>
/// <param name="Yes">Whether it is confirmed already.</param>
/// <param name="Reason">Why; may be empty.</param>
/// <param name="Actor">Who.</param>
internal sealed record SendSettings(bool DryRun, TimeSpan? Wait, TimeSpan? Deadline, Guid? Id, bool Yes, string Reason, string Actor);

/// <summary>The options of every command that sends.</summary>
internal sealed class SendOptions
{
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private static readonly TimeSpan DryRunWait = TimeSpan.FromSeconds(30);

    private readonly Senders _senders;
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only ask its host whether it could be done, and what would happen. Waits 30s for the answer unless --wait says otherwise." };
    private readonly Option<TimeSpan?> _wait = Parsed.Duration(
        new Option<TimeSpan?>("--wait") { Description = "Wait for the end, at most so long (1s to 1d; a day when only --wait is given), and end with its exit code.", Arity = ArgumentArity.ZeroOrOne },
        TimeSpan.FromSeconds(1),
        LongestWait);

    private readonly Option<TimeSpan?> _deadline = Parsed.Duration(
        new Option<TimeSpan?>("--deadline") { Description = "Not to be begun later than so long from now (1s to 7d). Default: 5m." }, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7));

    private readonly Option<string?> _id = new("--id") { Description = "UUID to know it by. Sending one again does nothing twice.", HelpName = "UUID" };
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask before what a guest can lose something by." };

    public SendOptions(CliEnvironment environment)
    {
        _senders = new Senders(environment);
        _id.Validators.Add(result =>
        {
            if (!Guid.TryParse(result.Tokens[^1].Value, out var id) || id == Guid.Empty)
            {
                result.AddError($"--id: '{result.Tokens[^1].Value}' is not allowed; give a UUID.");
            }
        });
    }

    public Option<string?> Host { get; } = new("--host") { Description = "Host to act on, or that of the VM when several VMs have its name.", HelpName = "NAME|UUID" };

    /// <param name="command">The command.</param>
    /// <param name="withHost">Whether the host is an option; else the command has it otherwise.</param>
    public void AddTo(Command command, bool withHost = true)
    {
        if (withHost)
        {
            command.Add(Host);
        }

        command.Add(_dryRun);
        command.Add(_wait);
        command.Add(_deadline);
        _senders.AddTo(command);
        command.Add(_id);
        command.Add(_yes);
    }

    public SendSettings Read(ParseResult parse) => new(
        parse.GetValue(_dryRun), WaitOf(parse), parse.GetValue(_deadline), parse.GetValue(_id) is { } id ? Guid.Parse(id) : null,
        parse.GetValue(_yes), _senders.ReasonOf(parse), _senders.ActorOf(parse));

    private TimeSpan? WaitOf(ParseResult parse) =>
        parse.GetResult(_wait) is { Implicit: false } given ? given.Tokens.Count > 0 ? parse.GetValue(_wait) : LongestWait
        : parse.GetValue(_dryRun) ? DryRunWait
        : null;
}
