namespace VirtAgents.Agent.Spool;

/// <summary>One report or event read from the spool.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Sequence">Its place in the sequence space of the agent; the payload does not hold it.</param>
/// <param name="Payload">Protobuf; valid until the cursor reads again.</param>
internal readonly record struct SpoolRecord(RecordKind Kind, long Sequence, ReadOnlyMemory<byte> Payload);
