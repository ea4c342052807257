using System.Text;
using Google.Protobuf;
using VirtAgents.Cli.Formatting;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Replays;

/// <summary>A bundle as a file: the message as JSON.</summary>
internal static class BundleFile
{
    private const uint Format = 1;
    private const long MostBytes = 256 * 1024 * 1024;
    private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithIndentation());

    // A bundle of a newer collector may say more; what the rules need is checked by its format.
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Writes a bundle under its name once it is whole; who may read it is the owner alone, for it names hosts and VMs.</summary>
    public static void Write(string path, IncidentBundle bundle)
    {
        try
        {
            var partial = path + ".partial";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var writer = new StreamWriter(new FileStream(partial, options), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)))
            {
                Formatter.Format(bundle, writer);
                writer.Write('\n');
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailureException(ExitCode.Failure, SafeText.Line($"--file: {e.Message}"), e);
        }
    }

    /// <summary>Reads a bundle.</summary>
    public static IncidentBundle Read(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MostBytes)
            {
                throw new CliFailureException(ExitCode.Failure, SafeText.Line($"{path} has {length} bytes; a bundle has at most {MostBytes}."));
            }

            using var reader = new StreamReader(path, Encoding.UTF8);
            var bundle = Parser.Parse<IncidentBundle>(reader);
            return bundle.Format == Format
                ? bundle
                : throw new CliFailureException(ExitCode.Failure, SafeText.Line($"{path}: format is {bundle.Format}; this tool reads {Format}. 'virtctl incident export' writes bundles."));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            // Both are IOExceptions too.
            throw new CliFailureException(ExitCode.Failure, SafeText.Line($"{path} is no bundle: {e.Message} 'virtctl incident export' writes bundles."), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliFailureException(ExitCode.Failure, SafeText.Line(e.Message), e);
        }
    }
}
