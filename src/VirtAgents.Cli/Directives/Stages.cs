using VirtAgents.Cli.Output;
using VirtAgents.Protocol.V1;

namespace VirtAgents.Cli.Directives;

/// <summary>What the state of a directive means to a script and to a person.</summary>
internal static class Stages
{
    public static bool IsEnded(DirectiveStage stage) => stage >= DirectiveStage.Done;

    /// <summary>An end that only a newer collector knows is no success.</summary>
    public static ExitCode ExitCodeOf(DirectiveStage stage) => stage switch
    {
        < DirectiveStage.Done or DirectiveStage.Done => ExitCode.Success,
        DirectiveStage.Refused => ExitCode.Refused,
        DirectiveStage.Failed => ExitCode.DirectiveFailed,
        DirectiveStage.Expired => ExitCode.DirectiveExpired,
        DirectiveStage.Cancelled => ExitCode.DirectiveCancelled,
        _ => ExitCode.Failure,
    };

    public static Tone ToneOf(DirectiveStage stage) => stage switch
    {
        DirectiveStage.Done => Tone.Good,
        DirectiveStage.Failed => Tone.Bad,
        DirectiveStage.Refused or DirectiveStage.Expired or DirectiveStage.Cancelled => Tone.Warning,
        _ => Tone.Plain,
    };
}
