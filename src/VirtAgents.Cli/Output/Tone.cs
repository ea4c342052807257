namespace VirtAgents.Cli.Output;

/// <summary>What a colour says. Colour only repeats what the words say already.</summary>
internal enum Tone
{
    Plain = 0,
    Good = 1,
    Warning = 2,
    Bad = 3,
    Quiet = 4,
}
