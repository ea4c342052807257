using System.Collections.Frozen;
using VirtAgents.Core.Directives;

namespace VirtAgents.Cli.Directives;

/// <summary>What can be lost by each kind that is to be confirmed.</summary>
internal static class Losses
{
    private static readonly FrozenDictionary<DirectiveKind, string> Texts = new Dictionary<DirectiveKind, string>
    {
        [DirectiveKind.Shutdown] = "its services end; with force, also what it has not written to disk after the grace time",
        [DirectiveKind.Destroy] = "its services end at once, and what it has not written to disk is lost",
        [DirectiveKind.Reboot] = "its services are away until it has booted again",
        [DirectiveKind.Reset] = "its services are away until it has booted again, and what it has not written to disk is lost",
        [DirectiveKind.Suspend] = "its services stand still until it is resumed",
        [DirectiveKind.Save] = "its services end until it is started again, and its connections break",
        [DirectiveKind.SetMemory] = "with too little memory its guest ends processes or stands still",
        [DirectiveKind.SetLink] = "with the link down it cannot be reached by that interface",
        [DirectiveKind.DeleteVolume] = "all data of the volume is lost",
        [DirectiveKind.DetachDisk] = "its guest loses what it has not written to that disk; the volume stays",
        [DirectiveKind.Recover] = "if the host that had it still runs it, both write to its disks and destroy them; be sure that it is switched off",
    }.ToFrozenDictionary();

    public static string Of(DirectiveKind kind) => Texts[kind];
}
