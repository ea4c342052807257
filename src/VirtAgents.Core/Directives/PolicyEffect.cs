namespace VirtAgents.Core.Directives;

/// <summary>What a rule of a host's policy says of the directives that it is about.</summary>
public enum PolicyEffect
{
    /// <summary>They are refused.</summary>
    Deny,

    /// <summary>They may be carried out.</summary>
    Allow,
}
