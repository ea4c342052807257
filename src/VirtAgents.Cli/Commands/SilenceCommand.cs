using System.CommandLine;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class SilenceCommand
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    public static Command Create(CommandBinder binder)
    {
        var command = new CliCommand(
            "silence",
            "Silences and maintenance windows: nobody is called about what they cover. It is recorded all the same.",
            ("virtctl silence set --for 2h --host 'host-0*' --reason 'new firmware'", "a maintenance window from now on"),
            ("virtctl silence list", "those that hold or will hold"));
        command.Add(CreateSet(binder));
        command.Add(CreateList(binder));
        command.Add(CreateLift(binder));
        return command;
    }

    private static CliCommand CreateSet(CommandBinder binder)
    {
        (ElementKind Kind, Option<string?> Option)[] elements =
        [
            (ElementKind.Vm, Glob("--vm", "VMs")), (ElementKind.Host, Glob("--host", "hosts")), (ElementKind.Pool, Glob("--pool", "storage pools")),
            (ElementKind.Network, Glob("--network", "interfaces")),
        ];
        var duration = Parsed.Duration(new Option<TimeSpan?>("--for") { Description = "For how long; needed.", Required = true }, Shortest, Longest);
        var from = Parsed.Time(new Option<TimePoint?>("--from") { Description = "From this time on. Default: now." }, binder.Environment.Time);
        var kind = Parsed.Name(new Option<FindingKind?>("--kind") { Description = "Only findings of this kind." }, EnumNames.Findings);
        kind.HelpName = "KIND";
        var senders = new Senders(binder.Environment);
        senders.Reason.Required = true;
        var command = new CliCommand(
            "set",
            "Sets a silence. Without a name it covers everything of the kind; a reason is needed, for those who find it.",
            ("virtctl silence set --for 2h --host host-01 --reason 'new firmware'", "one host"),
            ("virtctl silence set --for 30m --from 2026-12-01T22:00Z --reason 'storage moves'", "everything, at a time to come"))
        {
            duration, from, kind,
        };
        elements.ToList().ForEach(element => command.Add(element.Option));
        senders.AddTo(command);
        binder.Run(command, async (parse, context, cancel) =>
        {
            var given = elements.Where(element => parse.GetValue(element.Option) is not null).ToArray();
            if (given.Length > 1)
            {
                throw new CliFailureException(ExitCode.Usage, $"one silence covers one kind of element; give one of {string.Join(", ", given.Select(element => element.Option.Name))}.");
            }

            var request = new SetSilenceRequest
            {
                Kind = parse.GetValue(kind) ?? FindingKind.Unspecified,
                ElementKind = given.Length == 0 ? ElementKind.Unspecified : given[0].Kind,
                Name = given.Length == 0 ? "" : parse.GetValue(given[0].Option)!,
                FromUnixMs = parse.GetValue(from)?.At(context.Now).ToUnixTimeMilliseconds() ?? 0,
                DurationMs = (long)parse.GetRequiredValue(duration)!.Value.TotalMilliseconds,
                Actor = senders.ActorOf(parse),
                Reason = senders.ReasonOf(parse),
            };
            Write(context, await context.Client.CallAsync(options => context.Client.Incidents.SetSilenceAsync(request, options), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateList(CommandBinder binder)
    {
        var command = new CliCommand("list", "Lists silences that hold or will hold, by the time they begin.", ("virtctl silence list", "all of them"));
        binder.Run(command, async (_, context, cancel) =>
        {
            var answer = await context.Client.CallAsync(options => context.Client.Incidents.ListSilencesAsync(new ListSilencesRequest(), options), cancel);
            context.WriteList(ColumnsAt(context.Zone), answer.Silences, "there is no silence.");
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateLift(CommandBinder binder)
    {
        var id = new Argument<string>("ID") { Description = "UUID of the silence." };
        var command = new CliCommand("lift", "Ends a silence.", ("virtctl silence lift 0199d2a4-6f10-7c3e-9b52-4d1e8a7f0c11", "people are called again")) { id };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new LiftSilenceRequest { Id = parse.GetRequiredValue(id) };
            Write(context, await context.Client.CallAsync(options => context.Client.Incidents.LiftSilenceAsync(request, options), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static Option<string?> Glob(string name, string what) => new(name) { Description = $"Only {what} with this name; * stands for any characters, ? for any one.", HelpName = "NAME" };

    private static void Write(CommandContext context, SilenceRecord record) => context.WriteList(ColumnsAt(context.Zone), [record], "");

    private static Column<SilenceRecord>[] ColumnsAt(TimeZoneInfo zone) =>
    [
        Columns.Text<SilenceRecord>("id", "ID", silence => silence.Id),
        Columns.Data<SilenceRecord>("element_kind", silence => Datum.Text(EnumNames.Elements.OrNull(silence.ElementKind))),
        Columns.Data<SilenceRecord>("name", silence => Datum.Text(silence.Name)),
        Columns.Shown<SilenceRecord>("WHERE", WhereOf),
        Columns.Data<SilenceRecord>("kind", silence => Datum.Text(EnumNames.Findings.OrNull(silence.Kind))),
        Columns.Shown<SilenceRecord>("WHAT", silence => EnumNames.Findings.OrNull(silence.Kind) ?? "anything"),
        Columns.Data<SilenceRecord>("from", silence => Datum.Time(silence.FromUnixMs)),
        Columns.Shown<SilenceRecord>("FROM", silence => Instants.Local(silence.FromUnixMs, zone)),
        Columns.Data<SilenceRecord>("to", silence => Datum.Time(silence.ToUnixMs)),
        Columns.Shown<SilenceRecord>("TO", silence => Instants.Local(silence.ToUnixMs, zone)),
        Columns.Text<SilenceRecord>("actor", "BY", silence => silence.Actor, rank: 1),
        Columns.Text<SilenceRecord>("reason", "REASON", silence => silence.Reason, rank: 2),
    ];

    private static string WhereOf(SilenceRecord silence) => EnumNames.Elements.OrNull(silence.ElementKind) is { } element ? $"{element} {silence.Name}" : "everywhere";
}
