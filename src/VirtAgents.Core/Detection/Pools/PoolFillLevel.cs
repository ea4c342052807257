namespace VirtAgents.Core.Detection.Pools;

/// <summary>How soon a pool is expected to be full.</summary>
public enum PoolFillLevel
{
    /// <summary>Not soon.</summary>
    None = 0,

    /// <summary>Within some days.</summary>
    Soon = 1,

    /// <summary>Within hours.</summary>
    WithinHours = 2,
}
