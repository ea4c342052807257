namespace VirtAgents.Core.Scheduling.Consolidation;

/// <summary>A VM is moved.</summary>
/// <param name="Step">After the sample of this step was seen, counted from 0.</param>
/// <param name="Vm">Index of the VM.</param>
/// <param name="Host">Index of the host it moves to.</param>
public readonly record struct Migration(int Step, int Vm, int Host);
