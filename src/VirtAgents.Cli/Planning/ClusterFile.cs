using System.Text.Json;
using VirtAgents.Core.Scheduling.Clusters;

namespace VirtAgents.Cli.Planning;

/// <summary>Reads files of the form <c>vcluster/1</c>; docs/planning.md has every field.</summary>
internal static class ClusterFile
{
    private const long MostBytes = 256L << 20;

    public static ClusterSnapshot Read(string path) => Read(path, ClusterReader.Read);

    /// <summary>The VM that is to be placed.</summary>
    public static ClusterVm ReadVm(string path, ClusterSnapshot cluster) => Read(path, field => new VmReader(cluster).ReadNew(field));

    /// <summary>A VM that is to be placed on hosts that only the collector knows.</summary>
    public static Protocol.V1.NewVm ReadVm(string path) => Read(path, NewVmReader.Read);

    private static T Read<T>(string path, Func<JsonField, T> read)
    {
        try
        {
            using var content = Content(path);
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            return read(new JsonField(document.RootElement, "").Object());
        }
        catch (JsonException e)
        {
            throw Failure(path, $"it is not JSON: {e.Message}", e);
        }
        catch (ClusterFileException e)
        {
            throw Failure(path, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailureException(ExitCode.Failure, $"cannot read '{path}': {e.Message}", e);
        }
    }

    // Whatever can be opened: a pipe does not tell its length.
    private static MemoryStream Content(string path)
    {
        using var file = File.OpenRead(path);
        var content = new MemoryStream(file.CanSeek ? (int)Math.Min(file.Length, MostBytes) : 0);
        var part = new byte[1 << 16];
        for (var read = file.Read(part); read > 0; read = file.Read(part))
        {
            if (content.Length + read > MostBytes)
            {
                throw new ClusterFileException($"it has more than {MostBytes} bytes, which are the most that are read");
            }

            content.Write(part, 0, read);
        }

        content.Position = 0;
        return content;
    }

    private static CliFailureException Failure(string path, string message, Exception cause) =>
        new(ExitCode.Failure, Formatting.SafeText.Line($"{path}: {message}"), cause);
}
