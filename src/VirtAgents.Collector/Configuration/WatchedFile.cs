namespace VirtAgents.Collector.Configuration;

/// <summary>Reads a table; null with what is wrong.</summary>
internal delegate T? TableReader<T>(string path, out IReadOnlyList<string> problems);

/// <summary>A table that operators edit, read again when its file changes. One that has become wrong leaves the table as it was. Not thread-safe.</summary>
/// <param name="path">Its file; empty = there is none.</param>
/// <param name="none">What stands for it then.</param>
/// <param name="read">Reads it.</param>
internal sealed class WatchedFile<T>(string path, T none, TableReader<T> read)
    where T : class
{
    private T _table = none;
    private (DateTime Written, long Length)? _read;

    /// <summary>The table now.</summary>
    /// <param name="told">Is told of a change: the table, or what is wrong with the file.</param>
    public T Current(Action<T?, string> told)
    {
        FileInfo? file = path.Length == 0 ? null : new(path);
        if (file is not { Exists: true } || _read == (file.LastWriteTimeUtc, file.Length))
        {
            return _table;
        }

        _read = (file.LastWriteTimeUtc, file.Length);
        T? table = read(path, out IReadOnlyList<string> problems);
        _table = table ?? _table;
        told(table, string.Join("; ", problems));
        return _table;
    }
}
