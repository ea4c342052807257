using Spectre.Console;

namespace VirtAgents.Cli.Output;

/// <summary>The colour of each tone, from the sixteen that the user's terminal theme defines.</summary>
internal static class Tones
{
    public static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Good => new Style(Color.Green),
        Tone.Warning => new Style(Color.Olive),
        Tone.Bad => new Style(Color.Red),
        Tone.Quiet => new Style(Color.Grey),
        _ => Style.Plain,
    };
}
