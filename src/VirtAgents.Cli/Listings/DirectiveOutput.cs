using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Listings;

/// <summary>Writes directives as they change.</summary>
internal sealed class DirectiveOutput(CommandContext context)
{
    private readonly ChangeOutput<DirectiveRecord> _output =
        new(context, () => DirectiveListing.At(context.Now), new DirectiveLines(context.Zone, context.Settings.Colour).Format);

    public void Write(DirectiveRecord record) => _output.Write(record);
}
