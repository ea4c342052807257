namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>One query of a panel.</summary>
/// <param name="Query">InfluxQL.</param>
/// <param name="Legend">Name of each series, with <c>$tag_x</c> for a tag; of no use in tables.</param>
internal sealed record Target(string Query, string Legend = "");

/// <summary>One panel.</summary>
/// <param name="Title">Title.</param>
/// <param name="Unit">Unit of its values as Grafana calls it.</param>
/// <param name="About">What it shows, and what a gap or an empty place means.</param>
/// <param name="Targets">Its queries.</param>
internal sealed record Panel(string Title, string Unit, string About, params Target[] Targets)
{
    /// <summary>What a gap means in every graph.</summary>
    public const string Gap = "A gap means that nothing was read: unknown, not zero.";

    public PanelKind Kind { get; init; } = PanelKind.Graph;

    /// <summary>Width, out of 24.</summary>
    public int Width { get; init; } = 12;

    public bool IsStacked { get; init; }

    /// <summary>Whether 100 is the greatest possible value.</summary>
    public bool IsShare { get; init; }

    /// <summary>Shortest interval: at least two readings of the slow rhythm, else most intervals would be empty.</summary>
    public string Interval { get; init; } = "30s";

    /// <summary>Most intervals, so that a long time costs no more; null = as many as the panel has room for.</summary>
    public int? Intervals { get; init; }

    /// <summary>Time to look back instead of that of the dashboard; empty = the dashboard's.</summary>
    public string LookBack { get; init; } = "";

    /// <summary>From which value on it is red, where that is a fact and no opinion.</summary>
    public double? RedFrom { get; init; }

    /// <summary>What the values of a state are called, with a colour.</summary>
    public (int Value, string Text, string Color)[] States { get; init; } = [];

    /// <summary>Column that tables are sorted by; the first rows are kept.</summary>
    public string SortBy { get; init; } = "";

    public bool IsAscending { get; init; }

    /// <summary>Most rows of a table.</summary>
    public int Rows { get; init; } = 10;

    /// <summary>Units of single columns or series.</summary>
    public (string Name, string Unit)[] Units { get; init; } = [];

    /// <summary>Where a click on a host or a VM leads: <c>host</c>, <c>vm</c>, or nowhere.</summary>
    public string[] LinksTo { get; init; } = [];

    public int Height => Kind == PanelKind.Number ? 4 : 8;
}

/// <summary>How a panel shows its values.</summary>
internal enum PanelKind
{
    Graph,
    Table,
    Number,
    States,
}
