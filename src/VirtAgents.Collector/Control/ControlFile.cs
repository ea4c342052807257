using VirtAgents.Storage;

namespace VirtAgents.Collector.Control;

/// <summary>The file of a SQLite control database, which only its owner may read.</summary>
internal static class ControlFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the file and its directory where they are missing, and closes the file to other users.</summary>
    /// <exception cref="StoreUnusableException">That is not possible.</exception>
    public static void Prepare(string path)
    {
        try
        {
            string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
                using FileStream file = new(path, FileMode.OpenOrCreate);
                return;
            }

            Directory.CreateDirectory(directory, Private | UnixFileMode.UserExecute);
            FileStreamOptions create = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, UnixCreateMode = Private };
            using FileStream opened = new(path, create);
            File.SetUnixFileMode(opened.SafeFileHandle, Private);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnusableException($"{path} cannot be created or opened: {problem.Message}; check Control:Path and the rights of its directory", problem);
        }
    }
}
