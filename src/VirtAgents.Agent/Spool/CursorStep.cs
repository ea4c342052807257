namespace VirtAgents.Agent.Spool;

/// <summary>What one step of a cursor came upon.</summary>
internal enum CursorStep
{
    /// <summary>A record for the reader.</summary>
    Record = 0,

    /// <summary>Something that the reader does not want; there may be more.</summary>
    Moved = 1,

    /// <summary>Nothing more for now.</summary>
    End = 2,

    /// <summary>Bytes that are no record.</summary>
    Damaged = 3,
}
