namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>The bytes of one row of a sealed column; only valid while it is handed over.</summary>
/// <param name="bytes">The row.</param>
/// <param name="basis">The row of another column that it is told by; empty when it stands for itself.</param>
internal readonly ref struct SealedRow(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> basis)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public ReadOnlySpan<byte> Basis { get; } = basis;
}
