namespace VirtAgents.Storage.Embedded.Sealing;

/// <summary>How the bytes of a sealed column lie in the file. The numbers are part of the file.</summary>
internal enum ColumnForm
{
    /// <summary>As they are; all columns of files before schema version 4.</summary>
    Plain = 0,

    /// <summary>Compressed, see <see cref="ColumnPacking"/>.</summary>
    Packed = 1,
}
