namespace VirtAgents.Agent.Configuration;

/// <summary>Reads the addresses of the collectors.</summary>
internal static class EndpointList
{
    private const int Most = 16;

    public static string? Apply(AgentOptions options, IReadOnlyList<string> items)
    {
        var endpoints = new List<Uri>(items.Count);
        foreach (string item in items)
        {
            if (!Uri.TryCreate(item, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0
                || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            {
                return $"\"{item}\" is not an address; allowed: https://HOST:PORT, or http://127.0.0.1:PORT on this machine";
            }

            if (endpoints.Contains(uri))
            {
                return $"\"{item}\" is named twice";
            }

            endpoints.Add(uri);
        }

        options.Collector.Endpoints = endpoints;
        return endpoints.Count is 0 or > Most ? $"has {endpoints.Count} addresses; allowed: 1 to {Most}" : null;
    }
}
