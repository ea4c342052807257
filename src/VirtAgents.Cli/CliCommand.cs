using System.CommandLine;

namespace VirtAgents.Cli;

/// <summary>A command with examples for its help and for docs/virtctl.md.</summary>
internal sealed class CliCommand(string name, string description, params (string Line, string Meaning)[] examples)
    : Command(name, description)
{
    public IReadOnlyList<(string Line, string Meaning)> Examples { get; } = examples;

    /// <summary>What else is to be known, such as the form of its output; each a paragraph.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
