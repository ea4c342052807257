using VirtAgents.Collector.Control;

namespace VirtAgents.Collector.Directives;

/// <summary>What became of a directive that was to be recorded.</summary>
internal enum RecordingResult
{
    /// <summary>It is recorded.</summary>
    New,

    /// <summary>Its id was recorded before; nothing changed.</summary>
    Known,

    /// <summary>Acting is frozen.</summary>
    Frozen,

    /// <summary>The host has too many that have not ended.</summary>
    TooMany,

    /// <summary>What was to be recorded in the same transaction could not be.</summary>
    Overtaken,
}

/// <summary>Answer to the wish to record a directive.</summary>
/// <param name="Result">What became of it.</param>
/// <param name="Row">The directive, when it is there.</param>
/// <param name="Freeze">The freeze, when that is the reason.</param>
internal sealed record Recording(RecordingResult Result, DirectiveRow? Row, FreezeRow? Freeze);
