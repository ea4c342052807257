using System.Text.Json;

namespace VirtAgents.EndToEnd.Tests.Product;

/// <summary>One line of <c>virtctl events -o json</c>; empty texts where virtctl has null.</summary>
internal sealed record SeenEvent(long Id, DateTimeOffset Time, string Host, string Vm, string Device, string Kind, string From, string State, string Reason, string Evidence)
{
    public static SeenEvent Parse(string line)
    {
        JsonElement json = JsonDocument.Parse(line).RootElement;
        return new SeenEvent(
            json.GetProperty("id").GetInt64(),
            json.GetProperty("time").GetDateTimeOffset(),
            Text(json, "host"), Text(json, "vm"), Text(json, "device"), Text(json, "kind"),
            Text(json, "from_state"), Text(json, "state"), Text(json, "reason"), Text(json, "evidence"));
    }

    /// <summary>What a test compares: what happened, to what state and why.</summary>
    public string Short => $"{Kind} {(State.Length == 0 ? "-" : State)} {(Reason.Length == 0 ? "-" : Reason)}";

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";
}
