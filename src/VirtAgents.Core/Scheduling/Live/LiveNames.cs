namespace VirtAgents.Core.Scheduling.Live;

/// <summary>How hosts or VMs are called in a plan: by name, or by UUID where others have that name too, or one that could be taken for a UUID.</summary>
internal static class LiveNames
{
    private const int MostListed = 5;

    public static Dictionary<Guid, string> Of(IReadOnlyCollection<(Guid Id, string Name)> all)
    {
        var counts = all.CountBy(one => one.Name, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return all.ToDictionary(one => one.Id, one => one.Name.Length > 0 && counts[one.Name] == 1 && !Guid.TryParse(one.Name, out _) ? one.Name : one.Id.ToString());
    }

    /// <summary>The first of them, and how many more there are.</summary>
    public static string List(string[] names) => string.Join(", ", names.Take(MostListed)) + (names.Length > MostListed ? $" and {names.Length - MostListed} more" : "");
}
