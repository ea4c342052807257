using System.CommandLine;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class FreezeCommand
{
    private static readonly Column<Freeze>[] Data =
    [
        Columns.Data<Freeze>("frozen", freeze => Datum.Flag(freeze.Frozen)),
        Columns.Data<Freeze>("since", freeze => Datum.Time(freeze.SinceUnixMs)),
        Columns.Data<Freeze>("actor", freeze => Datum.Text(freeze.Actor)),
        Columns.Data<Freeze>("reason", freeze => Datum.Text(freeze.Reason)),
    ];

    public static Command Create(CommandBinder binder)
    {
        var command = Switch(
            binder,
            "freeze",
            true,
            "Stops all acting: nothing new is sent to hosts until it is taken back with unfreeze. What hosts have accepted goes on.",
            ("virtctl freeze --reason 'storage maintenance'", "nothing is done from now on"));
        command.Add(CreateStatus(binder));
        return command;
    }

    public static Command CreateOpposite(CommandBinder binder) =>
        Switch(binder, "unfreeze", false, "Lets acting go on after freeze.", ("virtctl unfreeze --reason 'maintenance is over'", "acting goes on"));

    private static CliCommand Switch(CommandBinder binder, string name, bool frozen, string description, (string Line, string Meaning) example)
    {
        var senders = new Senders(binder.Environment);
        var command = new CliCommand(name, description, example);
        senders.AddTo(command);
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new SetFreezeRequest { Frozen = frozen, Reason = senders.ReasonOf(parse), Actor = senders.ActorOf(parse) };
            Write(context, await context.Client.CallAsync(options => context.Client.Directives.SetFreezeAsync(request, options), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateStatus(CommandBinder binder)
    {
        var command = new CliCommand(
            "status",
            "Tells whether acting is frozen, since when, by whom and why.",
            ("virtctl freeze status", "whether acting is frozen"),
            ("virtctl freeze status -o json | jq .frozen", "the same, for a script"));
        binder.Run(command, async (_, context, cancel) =>
        {
            Write(context, await context.Client.CallAsync(options => context.Client.Directives.GetFreezeAsync(new GetFreezeRequest(), options), cancel));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(CommandContext context, Freeze freeze)
    {
        switch (context.Format)
        {
            case OutputFormat.Json:
                JsonOutput.WriteDocument(context.Output, json => JsonOutput.WriteObject(json, Data, freeze));
                break;
            case OutputFormat.Csv:
                CsvWriter.WriteHead(context.Output, Data);
                CsvWriter.WriteRow(context.Output, Data, freeze);
                break;
            default:
                context.Output.Write(SafeText.Line(Sentence(freeze, context.Zone)) + "\n");
                break;
        }
    }

    private static string Sentence(Freeze freeze, TimeZoneInfo zone) =>
        (freeze.Frozen ? "frozen" : "not frozen")
        + (freeze.SinceUnixMs == 0 ? "" : " since " + Instants.Local(freeze.SinceUnixMs, zone))
        + (freeze.Actor.Length == 0 ? "" : " by " + freeze.Actor)
        + (freeze.Reason.Length == 0 ? "" : ": " + freeze.Reason);
}
