using System.CommandLine;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Listings;
using VirtAgents.Cli.Queries;
using VirtAgents.Cli.Replays;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

internal static class IncidentCommand
{
    private const string Example = "0199d2a4-6f10-7c3e-9b52-4d1e8a7f0c11";

    public static Command Create(CommandBinder binder)
    {
        var command = new CliCommand(
            "incident",
            "Shows one incident, takes it on, or exports it.",
            ($"virtctl incident show {Example}", "its cause, symptoms, life, and the values that led to it"),
            ($"virtctl incident ack {Example} --note 'disk is ordered'", "tell others that you look after it"),
            ($"virtctl incident export {Example} --file incident.json", "take it along for 'virtctl replay'"));
        command.Add(CreateShow(binder));
        command.Add(CreateAcknowledge(binder));
        command.Add(CreateExport(binder));
        return command;
    }

    private static CliCommand CreateShow(CommandBinder binder)
    {
        var id = IdOf();
        var command = new CliCommand(
            "show",
            "Shows one incident: its cause, the values that led to it, its symptoms, and what happened to it.",
            ($"virtctl incident show {Example}", "the whole story"),
            ($"virtctl incident show {Example} -o json | jq '.findings | length'", "for a script"))
        {
            id,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new GetIncidentRequest { Id = parse.GetRequiredValue(id) };
            var record = await context.Client.CallAsync(options => context.Client.Incidents.GetIncidentAsync(request, options), cancel);
            new IncidentDetails(record, await GraphsAsync(context, record, cancel)).Write(context);
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateAcknowledge(CommandBinder binder)
    {
        var id = IdOf();
        var note = new Option<string?>("--note") { Description = "What others should know; kept with the incident.", HelpName = "TEXT" };
        var senders = new Senders(binder.Environment);
        var command = new CliCommand(
            "ack",
            "Takes an incident on, so that others know who looks after it. Ends with 5 when it is not active any more.",
            ($"virtctl incident ack {Example} --note 'disk is ordered'", "take it on"))
        {
            id, note, senders.Actor,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new AcknowledgeIncidentRequest { Id = parse.GetRequiredValue(id), Note = parse.GetValue(note) ?? "", Actor = senders.ActorOf(parse) };
            var record = await context.Client.CallAsync(options => context.Client.Incidents.AcknowledgeIncidentAsync(request, options), cancel);
            context.WriteList(IncidentListing.At(context.Now), [record], "");
            return ExitCode.Success;
        });
        return command;
    }

    private static CliCommand CreateExport(CommandBinder binder)
    {
        var id = IdOf();
        var file = new Option<string>("--file") { Description = "Where to write it. It names hosts and VMs, so only you may read it.", HelpName = "FILE", Required = true };
        var command = new CliCommand(
            "export",
            "Writes an incident with the events around it and what depended on what into a file, for 'virtctl replay'.",
            ($"virtctl incident export {Example} --file incident.json", "take it along"))
        {
            id, file,
        };
        binder.Run(command, async (parse, context, cancel) =>
        {
            var request = new ExportIncidentRequest { Id = parse.GetRequiredValue(id) };
            var bundle = await context.Client.CallAsync(options => context.Client.IncidentHistory.ExportIncidentAsync(request, options), cancel);
            BundleFile.Write(parse.GetRequiredValue(file), bundle);
            context.Notice($"wrote {Units.Count(bundle.Events.Count, "event")} and {Units.Count(bundle.Hosts.Count, "host")}{(bundle.Truncated ? "; the newest events are left out, since there are more than a bundle takes" : "")}.");
            return ExitCode.Success;
        });
        return command;
    }

    // Without its store the collector still tells the incident: what led to it is missing then, and that is said.
    private static async Task<IReadOnlyList<IncidentGraph>> GraphsAsync(CommandContext context, IncidentRecord record, CancellationToken cancel)
    {
        try
        {
            return await IncidentGraph.ReadAsync(context, record.Plots, cancel);
        }
        catch (CliFailureException problem)
        {
            context.Notice("the values that led to it cannot be shown: " + problem.Message);
            return [];
        }
    }

    private static Argument<string> IdOf() => new("ID") { Description = "UUID of the incident." };
}
