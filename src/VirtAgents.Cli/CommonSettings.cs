using VirtAgents.Cli.Output;

namespace VirtAgents.Cli;

/// <summary>The options every command has.</summary>
/// <param name="Collector">Where the collector is.</param>
/// <param name="CollectorSource">Who said so, for messages: an option, a variable or the default.</param>
/// <param name="CaFile">PEM file of the authority that signed the collector's certificate; null = those of the system.</param>
/// <param name="Format">Form of the output.</param>
/// <param name="Colour">Whether colours are wanted.</param>
/// <param name="Timeout">How long to wait for an answer.</param>
internal sealed record CommonSettings(
    Uri Collector, string CollectorSource, string? CaFile, OutputFormat Format, bool Colour, TimeSpan Timeout)
{
    /// <summary>As people write it: without the slash at the end.</summary>
    public string Address => Collector.GetLeftPart(UriPartial.Authority);
}
