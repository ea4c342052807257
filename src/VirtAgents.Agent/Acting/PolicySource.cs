using Microsoft.Extensions.Logging;
using VirtAgents.Agent.Configuration;

namespace VirtAgents.Agent.Acting;

/// <summary>
/// The policy file as it is now. It is read at every question, so that a rule that was taken back holds from then on; a file
/// that is broken turns acting off and never leaves the former policy in force.
/// </summary>
internal sealed partial class PolicySource(string path, ILogger logger)
{
    public const string DefaultPath = "/etc/virtagents/policy.json";
    private const int MostBytes = 1 << 20;

    private readonly Lock _lock = new();
    private byte[]? _content;
    private PolicyState? _told;
    private PolicyState _state = PolicyState.Off("the policy was not read yet");

    /// <summary>The policy in force; a change is logged.</summary>
    public PolicyState Read()
    {
        lock (_lock)
        {
            _state = ReadFile();
            Tell();
            return _state;
        }
    }

    private PolicyState ReadFile()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > MostBytes)
            {
                return Off($"the policy {path} has {file.Length} bytes; at most {MostBytes} are read");
            }

            if ((File.GetUnixFileMode(file.SafeFileHandle) & UnixFileMode.OtherWrite) != 0)
            {
                return Off($"every user may write the policy {path}; chmod o-w it");
            }

            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return _content is not null && content.AsSpan().SequenceEqual(_content) ? _state : Parse(content);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Off($"this host has no policy; write {path} (docs/directives.md tells how)");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Off($"the policy {path} cannot be read: {e.Message}");
        }
    }

    private PolicyState Parse(byte[] content)
    {
        _content = content;
        List<ConfigurationError> errors = [];
        return PolicyReader.Read(content, path, errors) is { } policy
            ? PolicyState.On(policy)
            : PolicyState.Off($"the policy {path} has {errors.Count} error(s), see virtagent policy check; the first is {errors[0]}");
    }

    private PolicyState Off(string why)
    {
        _content = null;
        return PolicyState.Off(why);
    }

    private void Tell()
    {
        if (_state == _told)
        {
            return;
        }

        _told = _state;
        if (_state.Policy is { } policy)
        {
            LogOn(path, policy.Rules.Length);
        }
        else if (_content is null && !File.Exists(path))
        {
            LogNone(_state.WhyOff);
        }
        else
        {
            LogBroken(_state.WhyOff);
        }
    }

    [LoggerMessage(1501, LogLevel.Information, "The policy {Path} is in force; it has {Rules} rule(s).")]
    private partial void LogOn(string path, int rules);

    [LoggerMessage(1502, LogLevel.Information, "{Why}.")]
    private partial void LogNone(string why);

    [LoggerMessage(1503, LogLevel.Error, "{Why}.")]
    private partial void LogBroken(string why);
}
