namespace VirtAgents.Core.Detection.Patterns;

/// <summary>What a window changed about a pattern.</summary>
internal enum PatternChange
{
    /// <summary>Nothing that is to be told.</summary>
    None = 0,

    /// <summary>It began, or goes on and has to be told again.</summary>
    Began = 1,

    /// <summary>It is over.</summary>
    Ended = 2,
}

/// <summary>What a window changed about a pattern.</summary>
/// <param name="Change">What changed.</param>
/// <param name="Evidence">What it rests on, for people; null with <see cref="PatternChange.None"/>.</param>
/// <param name="SinceUnixMs">Since when it is so; milliseconds since 1970 UTC.</param>
internal readonly record struct PatternNews(PatternChange Change, string Evidence, long SinceUnixMs);
