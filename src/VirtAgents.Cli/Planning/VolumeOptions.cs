using System.CommandLine;
using VirtAgents.Cli.Formatting;
using VirtAgents.Core.Directives;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Planning;

/// <summary>What kind of pool a volume is wanted in.</summary>
internal sealed class VolumeOptions
{
    private static readonly DirectiveParameter Range = DirectiveCatalogue.Find(DirectiveKind.CreateVolume)!.Parameters.Single(parameter => parameter.Name == "capacity_bytes");

    private readonly Option<long?> _size = SizeOption();
    private readonly Option<bool> _thin = new("--thin") { Description = "It takes its room as it is written: judged by what is promised and by the forecast of the pool. The default." };
    private readonly Option<bool> _thick = new("--thick") { Description = "It takes all of its room at once, which has to be free beside the reserve." };
    private readonly Option<string[]> _tags = new("--tag") { Description = "A tag that the pool must have, given once for each.", HelpName = "TAG", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };
    private readonly Option<string?> _host = new("--host") { Description = "A host that must reach the pool.", HelpName = "NAME|UUID" };
    private readonly Option<string?> _cluster = new("--cluster") { Description = "The cluster. Default: that of the host, or the only one.", HelpName = "NAME" };
    private readonly Option<string?> _pool = new("--pool") { Description = "Only this pool; one that hosts do not share is called host/name, its name alone means those of all hosts.", HelpName = "NAME" };
    private readonly Option<bool> _shared = new("--shared") { Description = "Only pools that hosts share." };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _size, _thin, _thick, _tags, _host, _cluster, _pool, _shared })
        {
            command.Add(option);
        }
    }

    public PlaceVolumeRequest Read(ParseResult parse) => parse.GetValue(_thin) && parse.GetValue(_thick)
        ? throw new CliFailureException(ExitCode.Usage, "give either --thin or --thick.")
        : new PlaceVolumeRequest
        {
            SizeBytes = parse.GetValue(_size)!.Value,
            Thick = parse.GetValue(_thick),
            Tags = { parse.GetValue(_tags) ?? [] },
            Host = parse.GetValue(_host) ?? "",
            Cluster = parse.GetValue(_cluster) ?? "",
            Pool = parse.GetValue(_pool) ?? "",
            Shared = parse.GetValue(_shared),
        };

    private static Option<long?> SizeOption()
    {
        var option = new Option<long?>("--size") { Description = "Its size (1MiB to 256TiB).", HelpName = "SIZE", Required = true };
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (Sizes.TryParse(text, out var bytes) && bytes >= Range.Min && bytes <= Range.Max)
            {
                return bytes;
            }

            result.AddError($"--size: '{text}' is not allowed; give {Sizes.Forms}, from 1MiB to 256TiB.");
            return null;
        };
        return option;
    }
}
