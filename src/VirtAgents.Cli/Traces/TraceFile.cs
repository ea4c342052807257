using VirtAgents.Cli.Formatting;

namespace VirtAgents.Cli.Traces;

/// <summary>Opens recorded traces, packed by gzip or not, whatever they are called.</summary>
internal static class TraceFile
{
    // RFC 1952: the first two bytes of every gzip file.
    private const int Magic1 = 0x1F, Magic2 = 0x8B;

    /// <summary>Opens a file for reading line by line.</summary>
    /// <exception cref="CliFailureException">It does not exist or cannot be read.</exception>
    public static StreamReader Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new CliFailureException(ExitCode.NotFound, $"{SafeText.Line(path)} does not exist; give a file.");
        }

        try
        {
            Stream file = new BufferedStream(File.OpenRead(path), 1 << 16);
            var isPacked = file.Length > 2 && file.ReadByte() == Magic1 && file.ReadByte() == Magic2;
            file.Position = 0;
            return new StreamReader(isPacked ? new PackedStream(file) : file, bufferSize: 1 << 16);
        }
        catch (Exception e) when (IsFailureOfFile(e))
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="CliFailureException">It cannot be read, as when a packed file is damaged.</exception>
    public static string? ReadLine(StreamReader reader, string path)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (Exception e) when (IsFailureOfFile(e))
        {
            throw Unreadable(path, e);
        }
    }

    /// <summary>Writes a file that has its name only once it is whole.</summary>
    /// <exception cref="CliFailureException">It cannot be written.</exception>
    public static void Write(string path, Action<StreamWriter> write)
    {
        var partial = path + ".partial";
        try
        {
            using (var writer = new StreamWriter(partial) { NewLine = "\n" })
            {
                write(writer);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (IsFailureOfFile(e))
        {
            DeleteIfThere(partial);
            throw new CliFailureException(ExitCode.Failure, $"cannot write {SafeText.Line(path)}: {SafeText.Line(e.Message)}", e);
        }
    }

    // Where the folder is not there, deleting fails as writing did.
    private static void DeleteIfThere(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    // Not supported: a pipe cannot be looked into and then read from its start.
    private static bool IsFailureOfFile(Exception e) => e is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException;

    private static CliFailureException Unreadable(string path, Exception e) =>
        new(ExitCode.Failure, $"cannot read {SafeText.Line(path)}: {SafeText.Line(e.Message)}", e);
}
