using VirtAgents.Core.Directives;

namespace VirtAgents.Cli.Directives;

/// <summary>A short form below "vm".</summary>
/// <param name="Name">The word.</param>
/// <param name="Kind">What is always sent; null = what the given options ask for, one kind after the other.</param>
/// <param name="Description">For its help.</param>
/// <param name="Options">Its own options.</param>
/// <param name="Examples">For its help.</param>
internal sealed record VmVerb(string Name, DirectiveKind? Kind, string Description, IReadOnlyList<VerbOption> Options, params (string Line, string Meaning)[] Examples);

/// <summary>An option that becomes a parameter.</summary>
/// <param name="Name">The option.</param>
/// <param name="Value">What its value is called in help; empty = a flag.</param>
/// <param name="Kind">The kind that it belongs to; null = each one that the other options ask for.</param>
/// <param name="Parameter">The parameter it becomes.</param>
/// <param name="Description">For help.</param>
/// <param name="FlagText">What a flag sets its parameter to.</param>
/// <param name="IsRequired">Whether the verb makes no sense without it.</param>
internal sealed record VerbOption(
    string Name, string Value, DirectiveKind? Kind, string Parameter, string Description, string FlagText = "true", bool IsRequired = false);
