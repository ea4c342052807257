using System.Globalization;
using System.Text;

namespace VirtAgents.Benchmarks.Week;

/// <summary>A line of a chart.</summary>
/// <param name="Name">In the legend.</param>
/// <param name="Values">At places that are evenly apart; the first is one place from the axis.</param>
internal sealed record ChartLine(string Name, IReadOnlyList<double> Values);

/// <summary>Lines with one axis, from 0.</summary>
/// <param name="Title">What the axis tells.</param>
/// <param name="Lines">The lines.</param>
internal sealed record ChartPanel(string Title, IReadOnlyList<ChartLine> Lines);

/// <summary>Draws panels of lines below each other as SVG, on white, to be read without colours too: lines are dashed differently.</summary>
/// <param name="length">Number of places.</param>
/// <param name="labelOf">Label at a place, from 0; empty = none.</param>
internal sealed class SvgChart(int length, Func<int, string> labelOf)
{
    private const int Width = 960, Left = 64, Right = 16, Top = 48, PanelHeight = 220, Gap = 56, Ticks = 4;

    private static readonly string[] Colours = ["#777777", "#d1495b", "#00798c", "#6a3d9a", "#1b4332", "#b07d00"], Dashes = ["2 3", "7 3", "none", "10 2 2 2", "14 3", "4 2 1 2"];

    private readonly StringBuilder _svg = new();

    public string Draw(IReadOnlyList<ChartPanel> panels)
    {
        int height = Top + (panels.Count * (PanelHeight + Gap));
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#222222\">");
        Add($"<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        Legend(panels[0]);
        foreach ((int at, ChartPanel panel) in panels.Index())
        {
            Draw(panel, Top + (at * (PanelHeight + Gap)));
        }

        Add($"</svg>");
        return _svg.ToString();
    }

    /// <summary>The smallest of 1, 2, 2.5 and 5 times a power of ten by which so many steps reach a value.</summary>
    private static double StepFor(double most)
    {
        double rough = Math.Max(most, 1e-9) / Ticks, power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return new[] { 1, 2, 2.5, 5, 10 }.Select(f => f * power).First(step => step >= rough * (1 - 1e-9));
    }

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static double X(double place, int length) => Left + (place * (Width - Left - Right) / length);

    private void Legend(ChartPanel panel)
    {
        foreach ((int at, ChartLine line) in panel.Lines.Index())
        {
            int x = Left + (at * (Width - Left - Right) / panel.Lines.Count);
            Add($"<path d=\"M{x} 16h28\" {Style(at)}/><text x=\"{x + 34}\" y=\"20\">{Escape(line.Name)}</text>");
        }
    }

    private void Draw(ChartPanel panel, int top)
    {
        double step = StepFor(panel.Lines.Max(l => l.Values.DefaultIfEmpty().Max())), most = step * Ticks;
        int bottom = top + PanelHeight;
        Add($"<text x=\"{Left}\" y=\"{top - 8}\" font-weight=\"bold\">{Escape(panel.Title)}</text>");
        for (int tick = 0; tick <= Ticks; tick++)
        {
            double y = bottom - (tick * (double)PanelHeight / Ticks);
            Add($"<path d=\"M{Left} {y:0.#}H{Width - Right}\" stroke=\"#dddddd\"/><text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{tick * step:0.####}</text>");
        }

        for (int place = 0; place <= length; place++)
        {
            if (labelOf(place) is { Length: > 0 } label && place < length)
            {
                Add($"<path d=\"M{X(place, length):0.#} {top}V{bottom + 4}\" stroke=\"#cccccc\"/><text x=\"{X(place, length) + 3:0.#}\" y=\"{bottom + 16}\">{Escape(label)}</text>");
            }
        }

        foreach ((int at, ChartLine line) in panel.Lines.Index())
        {
            string points = string.Join(' ', line.Values.Select((v, i) => string.Create(CultureInfo.InvariantCulture, $"{X(i + 1, length):0.#},{bottom - (v / most * PanelHeight):0.#}")));
            Add($"<polyline points=\"{points}\" {Style(at)}/>");
        }
    }

    private static string Style(int line) =>
        $"fill=\"none\" stroke=\"{Colours[line % Colours.Length]}\" stroke-width=\"1.6\" stroke-dasharray=\"{Dashes[line % Dashes.Length]}\"";

    private void Add(FormattableString line) => _svg.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
