namespace VirtAgents.Agent.Acting;

/// <summary>What a line of the journal says.</summary>
internal enum JournalStepKind
{
    /// <summary>A higher epoch was seen.</summary>
    Epoch,

    /// <summary>An order will be carried out.</summary>
    Accepted,

    /// <summary>From here on it may have had an effect.</summary>
    Begun,

    /// <summary>A directive has ended, carried out or not.</summary>
    Ended,

    /// <summary>The host is being drained, or not any more.</summary>
    Drain,

    /// <summary>A limit is to be taken back when it is due.</summary>
    Lease,

    /// <summary>That limit is no longer this host's to take back.</summary>
    LeaseOver,
}
