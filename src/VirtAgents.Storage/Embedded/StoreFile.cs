namespace VirtAgents.Storage.Embedded;

/// <summary>The file on disk: who may read it, and that only one collector writes it.</summary>
internal static class StoreFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the file and its directory where they are missing, and closes the file to other users.</summary>
    /// <exception cref="StoreUnusableException">That is not possible.</exception>
    public static void Prepare(string path)
    {
        try
        {
            string directory = Path.GetDirectoryName(path)!;
            CreateDirectory(directory);
            using FileStream file = Create(path, FileShare.ReadWrite);
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != Private)
            {
                File.SetUnixFileMode(path, Private);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnusableException($"{path} cannot be created or opened: {e.Message}; check Store:Embedded:Path and the rights of its directory", e);
        }
    }

    /// <summary>Takes the right to write; it ends with the process at the latest.</summary>
    /// <exception cref="StoreUnusableException">Another process has it.</exception>
    public static FileStream TakeLock(string path)
    {
        try
        {
            return Create(path + ".lock", FileShare.None);
        }
        catch (IOException e)
        {
            throw new StoreUnusableException($"{path} is in use by another collector ({path}.lock is held): stop it or set Store:Embedded:Path to another file", e);
        }
    }

    /// <summary>Bytes of the file and its write-ahead log.</summary>
    public static long SizeOf(string path) => LengthOf(path) + LengthOf(path + "-wal");

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else if (!Directory.Exists(directory))
        {
            Directory.CreateDirectory(directory, Private | UnixFileMode.UserExecute);
        }
    }

    private static FileStream Create(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Private;
        }

        return new FileStream(path, options);
    }
}
