using VirtAgents.Core.Model;
using VirtAgents.Storage.Influx;

namespace VirtAgents.Deploy.Tests.Dashboards;

/// <summary>
/// Writes InfluxQL as the dashboards need it. The inner query makes one point for each interval and series; the outer one lays
/// these on a grid where an interval without a point is null, so that no line is drawn over what nobody read.
/// </summary>
internal static class Influx
{
    /// <summary>
    /// Growth of a counter for each second, taken within one series. A counter that started anew gives no point. First readings
    /// are compared: an interval that has only begun has its first reading already, while its mean and its last would make the newest
    /// point, which matters most, too small. The oldest point is too small instead, where the chosen time cuts its interval.
    /// </summary>
    public static string Rate(MetricId counter) => $"non_negative_derivative(first({Field(counter)}), 1s)";

    public static string Mean(MetricId metric) => $"mean({Field(metric)})";

    public static string Last(MetricId metric) => $"last({Field(metric)})";

    public static string Field(MetricId metric) => $"\"{MetricCatalogue.Find(metric)!.Name}\"";

    /// <summary>Figures over time, a series for each subject.</summary>
    /// <param name="scope">Whose.</param>
    /// <param name="expression">What of each interval: functions of fields.</param>
    public static string Each(Scope scope, string expression) => Each(scope, "mean(\"v\")", [("v", expression)]);

    /// <summary>Figures over time that are made of several columns, a series for each subject.</summary>
    /// <param name="scope">Whose.</param>
    /// <param name="outer">What is made of the columns.</param>
    /// <param name="columns">Columns of the inner query.</param>
    /// <param name="where">What a row must hold to count; a division by zero is 0 in InfluxQL, not unknown.</param>
    public static string Each(Scope scope, string outer, (string Name, string Expression)[] columns, string where = "") =>
        OnGrid(scope, outer, columns, where, scope.Identity);

    /// <summary>Sums over time: of all subjects that have these tags alike.</summary>
    public static string Sum(Scope scope, string expression, params string[] tags) => OnGrid(scope, "sum(\"v\")", [("v", expression)], "", tags);

    /// <summary>The subjects with the greatest figures of the whole time, each once.</summary>
    public static string Top(Scope scope, string name, int count, string outer, (string Name, string Expression)[] columns, string where = "") =>
        $"SELECT top(\"v\", {count}) AS \"{name}\", {Tags(scope.Identity)} FROM "
        + $"(SELECT {outer} AS \"v\" FROM ({Inner(scope, columns)}) WHERE {And(where)}$timeFilter GROUP BY {Tags(scope.Identity)}) WHERE $timeFilter";

    /// <summary>Last values of each subject; with a single metric the time of a row is that of the value.</summary>
    public static string Newest(Scope scope, params (string Name, string Expression)[] columns) =>
        $"SELECT {Columns(columns)} FROM \"{scope.Measurement}\" WHERE {scope.Filter} AND $timeFilter GROUP BY {Tags(scope.Identity)}";

    /// <summary>Last value of each VM wherever it was then, with the host that told it.</summary>
    /// <param name="scope">Whose.</param>
    /// <param name="name">Name of the column.</param>
    /// <param name="metric">What.</param>
    /// <param name="condition">What a row must hold to be listed.</param>
    public static string NewestOfVm(Scope scope, string name, MetricId metric, string condition = "")
    {
        string tags = Tags([Layout.Vm, Layout.VmId]);
        string newest = $"SELECT {Last(metric)} AS \"{name}\", \"{Layout.Host}\" FROM \"{scope.Measurement}\" WHERE {scope.Filter} AND $timeFilter GROUP BY {tags}";
        return condition.Length == 0 ? newest : $"SELECT \"{name}\", \"{Layout.Host}\" FROM ({newest}) WHERE {condition} AND $timeFilter GROUP BY {tags}";
    }

    /// <summary>How many subjects told a metric, where the value is as asked. A count would be 0 where nothing is known; a sum is not.</summary>
    public static string Number(Scope scope, MetricId metric, string tag, string condition = "", bool overTime = false) =>
        $"SELECT sum(\"one\") FROM (SELECT {Last(metric)} AS \"v\", {Last(metric)} * 0 + 1 AS \"one\" FROM \"{scope.Measurement}\" "
        + $"WHERE {scope.Filter} AND $timeFilter GROUP BY {(overTime ? "time($__interval), " : "")}\"{tag}\") "
        + $"WHERE {And(condition)}$timeFilter{(overTime ? " GROUP BY time($__interval) fill(null)" : "")}";

    public static string OnGrid(Scope scope, string outer, (string Name, string Expression)[] columns, string where, string[] tags) =>
        $"SELECT {outer} FROM ({Inner(scope, columns)}) WHERE {And(where)}$timeFilter GROUP BY time($__interval), {Tags(tags)} fill(null)";

    private static string Inner(Scope scope, (string Name, string Expression)[] columns) =>
        $"SELECT {Columns(columns)} FROM \"{scope.Measurement}\" "
        + $"WHERE {scope.Filter} AND $timeFilter GROUP BY time($__interval), {Tags(scope.Identity)}";

    private static string Columns((string Name, string Expression)[] columns) => string.Join(", ", columns.Select(c => $"{c.Expression} AS \"{c.Name}\""));

    private static string Tags(IEnumerable<string> tags) => string.Join(", ", tags.Select(t => $"\"{t}\""));

    private static string And(string condition) => condition.Length == 0 ? "" : condition + " AND ";
}

/// <summary>Subjects of one kind, as far as the variables of a dashboard choose them.</summary>
internal sealed record Scope(SubjectKind Kind, params string[] Variables)
{
    public string Measurement => Layout.MeasurementOf(Kind);

    /// <summary>Tags that keep series apart. The owner's UUID is among them, as names are used again; so is the host, since a VM that moved has other counters there.</summary>
    public string[] Identity =>
        [Layout.Host, .. Layout.IsOfVm(Kind) ? [Layout.Vm, Layout.VmId] : new[] { Layout.HostId }, .. Layout.DeviceTagsOf(Kind)];

    public string Filter => string.Join(
        " AND ", Variables.Where(Layout.TagsOf(Kind).Contains).Select(v => $"\"{v}\" =~ /^${v}$/"));
}
