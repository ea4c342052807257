using Spectre.Console;

namespace VirtAgents.Cli.Output;

/// <summary>Tables: boxed and as wide as the terminal, or plain columns at full width when nobody looks at them.</summary>
internal static class TableWriter
{
    public static void WritePlain(TextWriter output, TableLayout table)
    {
        var widths = Enumerable.Range(0, table.Heads.Count).Select(table.WidthOf).ToArray();
        WritePlainLine(output, table, widths, column => table.Heads[column].Text);
        foreach (var row in table.Rows)
        {
            WritePlainLine(output, table, widths, column => row[column].Text);
        }
    }

    /// <summary>The box as text with line ends; with escape sequences when <paramref name="colour"/> is set.</summary>
    public static string RenderBox(TableLayout table, int width, bool colour)
    {
        var fitting = table.FitBox(width);
        var box = new Table { Border = TableBorder.Rounded, UseSafeBorder = false };
        foreach (var head in fitting.Heads)
        {
            box.AddColumn(new TableColumn(new Text(head.Text)) { NoWrap = true, Alignment = head.AlignRight ? Justify.Right : Justify.Left });
        }

        foreach (var row in fitting.Rows)
        {
            box.Rows.Add(row.Select(field => new Text(field.Text, Tones.StyleOf(field.Tone)) { Overflow = Overflow.Ellipsis }));
        }

        return Render(box, width, colour);
    }

    /// <summary>One piece of text in its colour.</summary>
    public static string Paint(string text, Tone tone, bool colour) =>
        colour && tone != Tone.Plain ? Render(new Text(text, Tones.StyleOf(tone)), int.MaxValue / 4, colour) : text;

    private static string Render(Spectre.Console.Rendering.IRenderable what, int width, bool colour)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(text),
            Ansi = colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            EnvironmentVariables = new Dictionary<string, string>(),
        });
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        console.Write(what);
        return text.ToString();
    }

    private static void WritePlainLine(TextWriter output, TableLayout table, int[] widths, Func<int, string> text)
    {
        var fields = widths.Select((width, column) => TextWidth.Pad(text(column), width, table.Heads[column].AlignRight));
        output.Write(string.Join("  ", fields).TrimEnd(' '));
        output.Write('\n');
    }
}
