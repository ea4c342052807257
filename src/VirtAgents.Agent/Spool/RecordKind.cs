namespace VirtAgents.Agent.Spool;

/// <summary>What a record of the spool holds. The numbers are part of the file format.</summary>
internal enum RecordKind : byte
{
    /// <summary>Not a record; a byte that was never written.</summary>
    None = 0,

    /// <summary>A self-contained report, as protobuf; its number is its sequence.</summary>
    Report = 1,

    /// <summary>An event, as protobuf; its number is its sequence.</summary>
    Event = 2,

    /// <summary>The whole inventory that the reports after it belong to, as protobuf; its number is its version.</summary>
    Inventory = 3,
}
