using System.CommandLine;
using System.Globalization;
using VirtAgents.Cli.Directives;
using VirtAgents.Cli.Formatting;
using VirtAgents.Cli.Output;
using VirtAgents.Cli.Planning;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Commands;

/// <summary>Pools for new volumes.</summary>
internal static class VolumeCommand
{
    private static readonly TimeSpan ThickTime = TimeSpan.FromHours(1);

    public static Command Create(CommandBinder binder) => new CliCommand(
        "volume",
        "Chooses pools for new volumes, and has them made there.",
        ("virtctl volume place --size 100GiB", "the pool that it should be in"),
        ("virtctl volume create data.img --size 100GiB --wait", "make it there"))
    {
        CreatePlace(binder), CreateCreate(binder),
    };

    private static CliCommand CreatePlace(CommandBinder binder)
    {
        var options = new VolumeOptions();
        var command = new CliCommand(
            "place",
            "Chooses the pool for a new volume by room, measured latency, tags and forecast, and says why the others are not it. Nothing is carried out.",
            ("virtctl volume place --size 100GiB --tag fast", "the pool, the next best, and why others are refused"),
            ("virtctl volume place --size 1TiB --thick --host host-01 -o json | jq -r .pool", "one that this host reaches and that has all the room now"))
        {
            Remarks =
            [
                "docs/planning.md tells how it is chosen, docs/scheduling.md how pools are given tags and limits.",
                "Ends with 0 when there is a pool, with 2 when none takes it (the reasons are told) or an option is wrong, with 4 when there is no such host, pool or cluster.",
            ],
        };
        options.AddTo(command);
        binder.Run(command, async (parse, context, cancel) =>
        {
            var answer = await VolumePlacement.AskAsync(context, options.Read(parse), cancel);
            VolumePlacement.Write(context, answer);
            return answer.Pool.Length > 0 ? ExitCode.Success : ExitCode.Usage;
        });
        return command;
    }

    private static CliCommand CreateCreate(CommandBinder binder)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the volume, such as data.qcow2." };
        var format = new Option<string?>("--format") { Description = "Default: raw.", HelpName = "raw|qcow2" }.AcceptOnlyFromAmong("raw", "qcow2");
        var abortAfter = Parsed.Duration(
            new Option<TimeSpan?>("--abort-after") { Description = "Give up when it takes longer, and remove what was made (1s to 1d). Default: 10m; with --thick 1h." }, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));
        var (options, sending) = (new VolumeOptions(), new SendOptions(binder.Environment));
        var command = new CliCommand(
            "create",
            "Chooses the pool as place does, and has the volume made there by a host that reaches it and allows that. A directive create_volume is sent; with -o json or csv it is what is written.",
            ("virtctl volume create data.qcow2 --size 100GiB --tag fast --format qcow2 --wait", "make it in the best pool and wait until it is seen"),
            ("virtctl volume create db.img --size 200GiB --thick --wait", "take all of its room now"),
            ("virtctl volume create data.img --size 20GiB --pool default --dry-run", "only choose among hosts, and ask the one whether it could be done"))
        {
            Remarks =
            [
                "With --thick the host takes all of the room when it makes the volume, which lasts where the file system has every block written. A host whose agent does not know that refuses it.",
                "Ends with 2 when no pool takes it: nothing is sent then. Otherwise as directive send.",
            ],
        };
        command.Add(name);
        options.AddTo(command);
        command.Add(format);
        command.Add(abortAfter);
        sending.AddTo(command, withHost: false);
        binder.Run(command, (parse, context, cancel) => CreateAsync(
            context, new NewVolume(parse.GetRequiredValue(name), parse.GetValue(format), parse.GetValue(abortAfter)), options.Read(parse), sending.Read(parse), cancel));
        return command;
    }

    private static async Task<ExitCode> CreateAsync(CommandContext context, NewVolume volume, PlaceVolumeRequest request, SendSettings settings, CancellationToken cancel)
    {
        var id = settings.Id ?? Guid.CreateVersion7(context.Now);
        request.DirectiveId = settings.DryRun ? "" : id.ToString();
        var answer = await VolumePlacement.AskAsync(context, request, cancel);
        if (answer.Pool.Length == 0)
        {
            VolumePlacement.Write(context, answer);
            return ExitCode.Usage;
        }

        // Programs get the directive alone.
        if (context.Format == OutputFormat.Table)
        {
            VolumePlacement.Write(context, answer);
        }
        else
        {
            context.Notice(SafeText.Line($"on {answer.Host}, in {answer.Reason}"));
        }

        return await new DirectiveSender(context, settings with { Id = id }).RunAsync([DraftOf(volume, request, answer)], cancel);
    }

    // The host by its UUID: what was chosen is what is done, whoever gets that name meanwhile.
    private static DirectiveDraft DraftOf(NewVolume volume, PlaceVolumeRequest request, PlaceVolumeResponse answer)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["pool"] = answer.PoolName, ["volume"] = volume.Name, ["capacity_bytes"] = request.SizeBytes.ToString(CultureInfo.InvariantCulture),
        };
        if (volume.Format is { } format)
        {
            parameters["format"] = format;
        }

        if (request.Thick)
        {
            parameters[DirectiveCatalogue.Allocation] = DirectiveCatalogue.FullAllocation;
        }

        // Nothing more than is needed: agents of before refuse what they do not know.
        if ((volume.AbortAfter ?? (request.Thick ? ThickTime : null)) is { } time)
        {
            parameters["timeout_seconds"] = ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return new DirectiveDraft(DirectiveCatalogue.Find(DirectiveKind.CreateVolume)!, "", answer.HostId, parameters);
    }

    private sealed record NewVolume(string Name, string? Format, TimeSpan? AbortAfter);
}
