namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>What a segment holds. The numbers are part of the file.</summary>
internal enum SegmentTier
{
    /// <summary>Samples.</summary>
    Raw = 0,

    /// <summary>Rollups of a minute.</summary>
    Minute = 1,

    /// <summary>Rollups of an hour.</summary>
    Hour = 2,
}
