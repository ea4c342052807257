namespace VirtAgents.Deploy.Tests.Grafana;

/// <summary>Which values of the variables of a dashboard are chosen.</summary>
public enum Choice
{
    All,
    One,
    Two,
}

/// <summary>Asks the server with the simulated data as a panel would.</summary>
internal sealed class PanelAnswers(SimulatedData data)
{
    public async Task<IReadOnlyList<Series>> AskAsync(PanelFile panel, TargetFile target, Dictionary<string, string> variables)
    {
        DateTimeOffset from = panel.TimeFrom.Length > 0 ? SimulatedData.End - GrafanaQuery.Seconds(panel.TimeFrom) : SimulatedData.Start;
        string interval = $"{GrafanaQuery.IntervalSeconds(SimulatedData.End - from, panel)}s";
        return await AskAsync(GrafanaQuery.Expand(target.Query, from, SimulatedData.End, interval, variables));
    }

    public async Task<IReadOnlyList<Series>> AskAsync(string query) =>
        GrafanaQuery.Read(await data.Server.QueryAsync(query, SimulatedData.Database), query);

    public async Task<string[]> ValuesAsync(DashboardFile dashboard, string variable, Dictionary<string, string> chosen)
    {
        string query = GrafanaQuery.Expand(dashboard.Variables.Single(v => v.Name == variable).Query, SimulatedData.Start, SimulatedData.End, "30s", chosen);
        return [.. (await AskAsync(query)).SelectMany(s => s.Rows).Select(r => r[1].GetString()!).Order(StringComparer.Ordinal)];
    }

    /// <summary>Chooses the variables one after the other, as each depends on those before.</summary>
    public async Task<Dictionary<string, string>> ChooseAsync(DashboardFile dashboard, Choice choice)
    {
        Dictionary<string, string> chosen = [];
        foreach (VariableFile variable in dashboard.Variables)
        {
            string[] values = await ValuesAsync(dashboard, variable.Name, chosen);
            Assert.NotEmpty(values);
            chosen[variable.Name] = choice switch
            {
                Choice.All => variable.AllValue ?? GrafanaQuery.Chosen(values),
                Choice.One => GrafanaQuery.Chosen(values[0]),
                _ => GrafanaQuery.Chosen(values.Take(2).ToArray()),
            };
        }

        return chosen;
    }
}
