using Spectre.Console;

namespace VirtAgents.Cli.Output;

/// <summary>Width of text in cells of a terminal, where an ideograph takes two.</summary>
internal static class TextWidth
{
    public static int Of(string text) => text.GetCellWidth();

    public static string Pad(string text, int width, bool left = false)
    {
        var blanks = new string(' ', Math.Max(0, width - Of(text)));
        return left ? blanks + text : text + blanks;
    }
}
